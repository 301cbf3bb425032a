"""A tenant: one AMC instance as WFM knows it, read from a TPS record of either predecessor's shape.

Flat records name the instance as the Amazon Ads API does (amcInstanceId, advertiser, marketplace); nested ones, of the
first predecessor, name the instance-level API's own host (`AMC.amcApiEndpoint`). A record with both uses the Ads API.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from functions.domain.endpoints import read_api_endpoint
from functions.domain.errors import InvalidRecord, InvalidRequest
from functions.domain.requests import customer_id_of

# AMC runs ten at a time per instance through its API (Amazon's guide, execute-workflow).
DEFAULT_LIMIT: Final = 10

# The nearest Amazon Ads host by marketplace (Amazon's guide, make-your-first-call); every other one goes to NA.
_EU = "A1F83G8C2ARO7P A1PA6795UKMFR9 A13V1IB3VIYZZH APJ6JRA9NG5V4 A1RKKUPIHCS9HS A1805IZSGTT6HS A2NODRKZP88ZB9"
_EU_TOO = "A33AVAJ2PDY3EV A17E79C6D8DWNP A2VIGQ35RCS4UG A21TJRUUN4KGV"
_FE = "A39IBJ37TRP1C6 A1VC38T7YXB528"
_REGIONS: Final[Mapping[str, str]] = dict.fromkeys(f"{_EU} {_EU_TOO}".split(), "EU") | dict.fromkeys(_FE.split(), "FE")


TOGGLES: Final = (
    "enableWorkflowLibraryNewContent",
    "enableWorkflowLibraryUpdates",
    "enableWorkflowLibraryRemoval",
    "enableWorkflowLibraryScheduleCreation",
    "enableWorkflowLibraryScheduleRemoval",
)
DEFAULT_RETENTION_DAYS: Final = 90  # the first predecessor's WorkflowStatusRecordRetentionDays


@dataclass(frozen=True)
class Tenant:
    """One AMC instance. `region` is NA, EU or FE; `auth_id` names the credentials in the secret.

    `api_endpoint` and `api_region` are set for the instance-level API alone; then the three ids of the Ads API are "".
    `toggles` are the library toggles that are on.
    """

    customer_id: str
    customer_name: str
    instance_id: str
    advertiser_id: str
    marketplace_id: str
    region: str
    auth_id: str
    bucket_name: str | None
    limit: int
    api_endpoint: str | None = None
    api_region: str | None = None
    customer_prefix: str | None = None
    endemic_type: str | None = None
    toggles: tuple[str, ...] = ()
    retention_days: int = DEFAULT_RETENTION_DAYS

    @property
    def retention(self) -> timedelta:
        """How long the tenant's AMC runs are remembered after their last change."""
        return timedelta(days=self.retention_days)

    @property
    def instance_key(self) -> str:
        """What no two tenants may share."""
        return self.instance_id or str(self.api_endpoint)


_COLUMNS: Final = {
    "customer_id": "customerId",
    "customer_name": "customerName",
    "instance_id": "amcInstanceId",
    "advertiser_id": "amcAmazonAdsAdvertiserId",
    "marketplace_id": "amcAmazonAdsMarketplaceId",
    "region": "region",
    "auth_id": "authId",
    "bucket_name": "bucketName",
    "limit": "maximumConcurrentWorkflowExecutions",
    "api_endpoint": "amcApiEndpoint",
    "api_region": "amcInstanceRegion",
    "customer_prefix": "customerPrefix",
    "endemic_type": "endemicType",
    "toggles": "toggles",
    "retention_days": "retentionDays",
}


def to_row(tenant: Tenant) -> dict[str, Any]:
    """The tenant's own fields in the Tenants table; what is not set is None, so that it is taken out of the row."""
    return {_COLUMNS[name]: list(value) if name == "toggles" else value for name, value in asdict(tenant).items()}


def from_row(row: Mapping[str, Any]) -> Tenant:
    """The tenant that `to_row` wrote."""
    found: dict[str, Any] = {name: row[column] for name, column in _COLUMNS.items() if row.get(column) is not None}
    found["toggles"] = tuple(row.get("toggles") or ())
    return Tenant(**{"bucket_name": None} | found)


class _Reader:
    """Reads fields one by one and keeps every problem, so that one message can name them all."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.record = record
        self.nested: Mapping[str, Any] = record.get("AMC") or {}
        self.wfm: Mapping[str, Any] = self.nested.get("WFM") or {}
        self.problems: list[str] = []

    def problem(self, field: str, problem: str, allowed: str) -> None:
        self.problems.append(str(InvalidRequest(field, problem, allowed)))

    def text(self, name: str) -> str:
        value = self.record.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.problem(name, "is missing" if value is None else f"{value!r} is no text", "the value that AMC shows")
        return ""

    def number(self, field: str, value: Any, low: int, high: int) -> int:
        try:
            number = low - 1 if isinstance(value, bool) else int(value)
        except (TypeError, ValueError):
            number = low - 1
        if not low <= number <= high:
            self.problem(field, f"{value!r} is no such number", f"{low} to {high}")
        return number

    def endpoint(self, url: Any) -> tuple[str | None, str | None]:
        try:
            endpoint = read_api_endpoint(str(url))
        except InvalidRequest as exc:
            self.problems.append(str(exc))
            return None, None
        return endpoint.url, endpoint.region


def read_tps_record(record: Mapping[str, Any]) -> Tenant:
    """The tenant in a TPS record; InvalidRecord names every field that cannot be used."""
    reader = _Reader(record)
    nested, wfm = reader.nested, reader.wfm
    try:
        customer_id = customer_id_of(record)
    except InvalidRequest as exc:
        reader.problems.append(str(exc))
        customer_id = ""
    own_api = bool(nested.get("amcApiEndpoint")) and not record.get("amcInstanceId")
    api_endpoint, api_region = reader.endpoint(nested["amcApiEndpoint"]) if own_api else (None, None)
    marketplace = "" if own_api else reader.text("amcAmazonAdsMarketplaceId")
    limit = record.get("maximumConcurrentWorkflowExecutions", nested.get("maximumConcurrentWorkflowExecutions"))
    sync = wfm.get("syncWorkflowStatuses") or {}
    tenant = Tenant(
        customer_id=customer_id,
        customer_name=str(record.get("customerName") or customer_id),
        instance_id="" if own_api else reader.text("amcInstanceId"),
        advertiser_id="" if own_api else reader.text("amcAmazonAdsAdvertiserId"),
        marketplace_id=marketplace,
        region=_REGIONS.get(marketplace, "NA"),
        auth_id=str(record.get("authId") or "default"),
        bucket_name=record.get("BucketName") or nested.get("amcS3BucketName"),
        limit=DEFAULT_LIMIT if limit is None else reader.number("maximumConcurrentWorkflowExecutions", limit, 1, 200),
        api_endpoint=api_endpoint,
        api_region=api_region,
        customer_prefix=record.get("customerPrefix"),
        endemic_type=record.get("endemicType"),
        toggles=tuple(name for name in TOGGLES if wfm.get(name) or wfm.get("enableWorkflowLibrary")),
        retention_days=reader.number(
            "AMC.WFM.syncWorkflowStatuses.WorkflowStatusRecordRetentionDays",
            sync.get("WorkflowStatusRecordRetentionDays", DEFAULT_RETENTION_DAYS),
            1,
            3650,
        ),
    )
    _check_names(reader, customer_id)
    if reader.problems:
        raise InvalidRecord(reader.problems)
    return tenant


def _check_names(reader: _Reader, customer_id: str) -> None:
    """Nested records name queues. WFM makes its own, but a record that names another tenant's is not to be trusted.

    Nor is a customer whose queue would be another one's dead letter queue.
    """
    if customer_id.endswith("-DLQ"):
        reader.problem(
            "customerId", f"{customer_id!r} would name a dead letter queue", "an id that does not end in '-DLQ'"
        )
    names = {
        "amcWorkflowExecutionSQSQueueName": f"-{customer_id}.fifo",
        "amcWorkflowExecutionDLQSQSQueueName": f"-{customer_id}-DLQ.fifo",
    }
    for name, end in names.items():
        value = reader.wfm.get(name)
        if value is not None and not str(value).endswith(end):
            reader.problem(
                f"AMC.WFM.{name}", f"{value!r} is not this tenant's", f"a name that ends in {end!r}, or none"
            )
