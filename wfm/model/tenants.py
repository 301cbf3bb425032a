"""A tenant: one AMC instance as WFM knows it, and its row in Tenants."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final

from wfm.model.rows import Document, list_in, object_in, plain_object, whole_number
from wfm.model.statuses import RunStatus, TenantStatus
from wfm.model.tenant_values import TenantValues

# AMC runs ten at a time per instance through its API (Amazon's guide, execute-workflow).
# Plain texts: a tenant's fingerprint is made of them.
DEFAULT_IGNORED: Final = (RunStatus.PENDING.value, RunStatus.RUNNING.value)
DEFAULT_LIMIT: Final = 10
ACCOUNT_LIMIT: Final = 200  # runs at a time through the API of one AMC account, over all its instances (same guide)

TOGGLES: Final = (
    "enableWorkflowLibraryNewContent",
    "enableWorkflowLibraryUpdates",
    "enableWorkflowLibraryRemoval",
    "enableWorkflowLibraryScheduleCreation",
    "enableWorkflowLibraryScheduleRemoval",
)
# Toggles of their own: what was changed in AMC by hand is put right again; workflows take turns for slots.
REPAIR_DRIFT: Final = "repairWorkflowDrift"
FAIR: Final = "fairBetweenWorkflows"
DEFAULT_RETENTION_DAYS: Final = 90  # the first predecessor's WorkflowStatusRecordRetentionDays
# Step Functions keeps an execution's name for 90 days: until then, no request of the same id could be started again.
NAMES_KEPT: Final = timedelta(days=91)


@dataclass(frozen=True)
class Tenant:
    """One AMC instance. `region` is NA, EU or FE; `auth_id` names the credentials in the secret.

    `api_endpoint` and `api_region` are set for the instance-level API alone; then the three ids of the Ads API are "".
    `toggles` are those of TOGGLES, REPAIR_DRIFT and FAIR that are on; `tags` are for the library's targeting. The
    last three before `values` say which messages people get, and where (`wfm.model.subscriptions`). `values` are the
    tenant's own, by name, for what refers to them (`wfm.model.tenant_values`).
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
    tags: tuple[str, ...] = ()
    retention_days: int = DEFAULT_RETENTION_DAYS
    ignored_statuses: tuple[str, ...] = DEFAULT_IGNORED
    topic_arn: str | None = None
    digest: str | None = None
    values: Document = field(default_factory=dict, hash=False)

    @property
    def own_values(self) -> TenantValues:
        """The tenant's values, for references to them."""
        return TenantValues(self.customer_id, self.values)

    @property
    def retention(self) -> timedelta:
        """How long the tenant's AMC runs are remembered after their last change."""
        return timedelta(days=self.retention_days)

    @property
    def instance_key(self) -> str:
        """The identity of the AMC instance, which two tenants may not share."""
        return self.instance_id or str(self.api_endpoint)


_CUSTOMER: Final = "customerId"
_ACCOUNT: Final = "amcAmazonAdsAdvertiserId"
_BUCKET: Final = "bucketName"
_FORMER_ACCOUNTS: Final = "formerAccounts"
VALUES_COLUMN: Final = "tenantValues"
_COLUMNS: Final = {
    "customer_id": _CUSTOMER,
    "customer_name": "customerName",
    "instance_id": "amcInstanceId",
    "advertiser_id": _ACCOUNT,
    "marketplace_id": "amcAmazonAdsMarketplaceId",
    "region": "region",
    "auth_id": "authId",
    "bucket_name": _BUCKET,
    "limit": "maximumConcurrentWorkflowExecutions",
    "api_endpoint": "amcApiEndpoint",
    "api_region": "amcInstanceRegion",
    "customer_prefix": "customerPrefix",
    "endemic_type": "endemicType",
    "toggles": "toggles",
    "tags": "tags",
    "retention_days": "retentionDays",
    "ignored_statuses": "ignoreStatusList",
    "topic_arn": "snsTopicArn",
    "digest": "digest",
    "values": VALUES_COLUMN,
}


def to_row(tenant: Tenant) -> dict[str, object]:
    """The tenant's own fields in the Tenants table; what is not set is None, so that it is taken out of the row."""
    fields = asdict(tenant).items()
    row = {_COLUMNS[name]: list(value) if isinstance(value, tuple) else value for name, value in fields}
    return row | {VALUES_COLUMN: dict(tenant.values) or None}


def from_row(row: Document) -> Tenant:
    """The tenant that `to_row` wrote."""
    found: dict[str, Any] = {name: row[column] for name, column in _COLUMNS.items() if row.get(column) is not None}
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    objects = {name: plain_object(value) for name, value in found.items() if isinstance(value, Mapping)}
    return Tenant(**{"bucket_name": None} | found | lists | objects)


def values_in(row: Document | None) -> TenantValues:
    """The values in a tenant's row, which may be one that cannot be read in full."""
    known = object_in(row)
    return TenantValues(str(known.get(_CUSTOMER)), plain_object(object_in(known.get(VALUES_COLUMN))))


def bucket_of(row: Document | None) -> str:
    """The bucket into which AMC publishes a tenant's results, by the tenant's row; "" for none."""
    return str(object_in(row).get(_BUCKET) or "")


def account_id_of(row: Document | None) -> str:
    """The AMC account whose slots a tenant takes, by the tenant's row; "" for none."""
    return str(object_in(row).get(_ACCOUNT) or "")


def former_accounts(row: Document, now: str) -> list[str]:
    """The AMC accounts that a tenant has yet to leave, by its row, once `now` is its own."""
    known = {account_id_of(row), *map(str, list_in(row.get(_FORMER_ACCOUNTS)))}
    return sorted(known - {"", now})


def status_of(row: Document | None) -> str:
    """As a tenant's row has it; "" for no tenant."""
    return str(object_in(row).get("status") or "")


def slots_of(row: Document | None) -> int:
    """How many runs a tenant may have at a time, by its row: none while it is paused or degraded."""
    if row is None or "maximumConcurrentWorkflowExecutions" not in row:
        return DEFAULT_LIMIT
    waits = status_of(row) == TenantStatus.PAUSED or "degradedSince" in row
    return 0 if waits else whole_number(row["maximumConcurrentWorkflowExecutions"], DEFAULT_LIMIT)


def retention_of(row: Document | None) -> timedelta:
    """How long requests that are over are remembered, by a tenant's row, if there is one."""
    days = whole_number(object_in(row).get("retentionDays"), DEFAULT_RETENTION_DAYS)
    return max(timedelta(days=days), NAMES_KEPT)
