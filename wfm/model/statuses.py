"""The statuses of everything that has one, and how AMC's become a request's.

Rows, events and commands hold the same texts: a member is a `str`.
"""

from enum import StrEnum
from typing import Final


class RunStatus(StrEnum):
    """AMC's, of a run. Amazon's OpenAPI documents five; REJECTED and PUBLISHING were seen in the field."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    PUBLISHING = "PUBLISHING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"
    DELETED = "DELETED"  # the predecessors' own: AMC shows it no more


class RequestStatus(StrEnum):
    """The statuses of a request, from the queue to its end."""

    QUEUED = "QUEUED"
    WAITING = "WAITING"
    SUBMITTING = "SUBMITTING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"


class TenantStatus(StrEnum):
    """The statuses of a tenant. No row says DEGRADED: people see it for an ACTIVE tenant whose circuit is open."""

    PROVISIONING = "PROVISIONING"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    DEGRADED = "DEGRADED"
    FAILED = "FAILED"
    OFFBOARDING = "OFFBOARDING"
    OFFBOARDED = "OFFBOARDED"


class ResultStatus(StrEnum):
    """Of the newest result of a workflow with `freshness` in a tenant."""

    FRESH = "FRESH"
    STALE = "STALE"


POLLED: Final = (TenantStatus.ACTIVE, TenantStatus.PAUSED, TenantStatus.OFFBOARDING)  # any may have active runs


class SyncStatus(StrEnum):
    """The statuses of a tenant's workflow: how its last sync ended."""

    PENDING = "PENDING"
    SYNCED = "SYNCED"
    FAILED = "FAILED"
    DELETED = "DELETED"


class ScheduleStatus(StrEnum):
    """The statuses of a schedule in EventBridge."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    FAILED = "FAILED"


class RolloutStatus(StrEnum):
    """The statuses of a library workflow on its way to the tenants."""

    ROLLING = "ROLLING"
    DONE = "DONE"
    FAILED = "FAILED"


AMC_ENDED: Final = frozenset(
    {RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.REJECTED, RunStatus.DELETED}
)
AMC_ACTIVE: Final = frozenset({RunStatus.PENDING, RunStatus.RUNNING, RunStatus.PUBLISHING})
REQUEST_ENDED: Final = frozenset(
    {RequestStatus.SUCCEEDED, RequestStatus.FAILED, RequestStatus.CANCELLED, RequestStatus.REJECTED}
)
WITHOUT_SUCCESS: Final = REQUEST_ENDED - {RequestStatus.SUCCEEDED}


def has_ended(amc_status: str) -> bool:
    """Whether an AMC run is over. A status that nobody knows yet counts as not ended."""
    return amc_status in AMC_ENDED


def request_status(amc_status: str) -> RequestStatus:
    """The status of a request whose AMC run stands at `amc_status`."""
    if not has_ended(amc_status):
        return RequestStatus.RUNNING
    return RequestStatus(amc_status) if amc_status in REQUEST_ENDED else RequestStatus.FAILED
