"""A tenant: one AMC instance as WFM knows it, read from a TPS record of either predecessor's shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from functions.domain.errors import InvalidRequest
from functions.domain.requests import customer_id_of

# AMC runs ten at a time per instance through its API (Amazon's guide, execute-workflow).
DEFAULT_LIMIT: Final = 10

# The nearest Amazon Ads host by marketplace (Amazon's guide, make-your-first-call); every other one goes to NA.
_EU = "A1F83G8C2ARO7P A1PA6795UKMFR9 A13V1IB3VIYZZH APJ6JRA9NG5V4 A1RKKUPIHCS9HS A1805IZSGTT6HS A2NODRKZP88ZB9"
_EU_TOO = "A33AVAJ2PDY3EV A17E79C6D8DWNP A2VIGQ35RCS4UG A21TJRUUN4KGV"
_FE = "A39IBJ37TRP1C6 A1VC38T7YXB528"
_REGIONS: Final[Mapping[str, str]] = dict.fromkeys(f"{_EU} {_EU_TOO}".split(), "EU") | dict.fromkeys(_FE.split(), "FE")


@dataclass(frozen=True)
class Tenant:
    """One AMC instance. `region` is NA, EU or FE; `auth_id` names the credentials in the secret."""

    customer_id: str
    customer_name: str
    instance_id: str
    advertiser_id: str
    marketplace_id: str
    region: str
    auth_id: str
    bucket_name: str | None
    limit: int


def _required(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InvalidRequest(name, "is missing" if value is None else f"{value!r} is no text", "the value AMC shows")
    return value.strip()


def _limit(value: Any) -> int:
    try:
        limit = int(value)
    except (TypeError, ValueError):
        limit = 0
    if not 1 <= limit <= 200 or isinstance(value, bool):
        raise InvalidRequest("maximumConcurrentWorkflowExecutions", f"{value!r} is no limit", "1 to 200")
    return limit


def read_tps_record(record: Mapping[str, Any]) -> Tenant:
    """The tenant in a TPS record; InvalidRequest names the first field that cannot be used."""
    nested = record.get("AMC") or {}
    marketplace = _required(record, "amcAmazonAdsMarketplaceId")
    limit = record.get("maximumConcurrentWorkflowExecutions", nested.get("maximumConcurrentWorkflowExecutions"))
    customer_id = customer_id_of(record)
    return Tenant(
        customer_id=customer_id,
        customer_name=str(record.get("customerName") or customer_id),
        instance_id=_required(record, "amcInstanceId"),
        advertiser_id=_required(record, "amcAmazonAdsAdvertiserId"),
        marketplace_id=marketplace,
        region=_REGIONS.get(marketplace, "NA"),
        auth_id=str(record.get("authId") or "default"),
        bucket_name=record.get("BucketName") or nested.get("amcS3BucketName"),
        limit=DEFAULT_LIMIT if limit is None else _limit(limit),
    )


def to_row(tenant: Tenant) -> dict[str, Any]:
    """The tenant's own fields in the Tenants table."""
    row = {
        "customerId": tenant.customer_id,
        "customerName": tenant.customer_name,
        "amcInstanceId": tenant.instance_id,
        "amcAmazonAdsAdvertiserId": tenant.advertiser_id,
        "amcAmazonAdsMarketplaceId": tenant.marketplace_id,
        "region": tenant.region,
        "authId": tenant.auth_id,
        "maximumConcurrentWorkflowExecutions": tenant.limit,
    }
    return row | ({"bucketName": tenant.bucket_name} if tenant.bucket_name else {})


def from_row(row: Mapping[str, Any]) -> Tenant:
    """The tenant that `to_row` wrote."""
    return Tenant(
        customer_id=row["customerId"],
        customer_name=row["customerName"],
        instance_id=row["amcInstanceId"],
        advertiser_id=row["amcAmazonAdsAdvertiserId"],
        marketplace_id=row["amcAmazonAdsMarketplaceId"],
        region=row["region"],
        auth_id=row["authId"],
        bucket_name=row.get("bucketName"),
        limit=int(row["maximumConcurrentWorkflowExecutions"]),
    )
