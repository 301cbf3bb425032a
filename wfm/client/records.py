"""What the client gives back: typed views of WFM's rows. Times are ISO 8601 UTC texts, as WFM stores them.

Every view keeps its row in `row`, so nothing that WFM knows is lost on the way to a script.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Self

from wfm.model.availability import DEGRADED
from wfm.model.rows import Document, plain_object, text_or_none, whole_number
from wfm.model.statuses import REQUEST_ENDED, RequestStatus, has_ended
from wfm.model.tenant_values import TenantValues
from wfm.model.tenants import values_in

IN_ORDER: Final = ("QUEUED", "WAITING", "SUBMITTING", "RUNNING")
NOT_SEEN: Final = "NOT SEEN"  # a tenant whose record WFM has not read yet
BUFFERED: Final = "BUFFERED"  # a request that is in the tenant's queue; WFM has no row of it yet


def _text(column: str, missing: str = "") -> str:
    return field(default=missing, metadata={"column": column})


def _optional(column: str) -> str | None:
    return field(default=None, metadata={"column": column})


def _number(column: str) -> int:
    return field(default=0, metadata={"column": column})


def _read(row: Document, column: str, missing: object) -> object:
    """The value of a column, of the type of `missing`."""
    value = row.get(column)
    if isinstance(missing, int):
        return whole_number(value, missing)
    return text_or_none(value) or missing


@dataclass(frozen=True, slots=True)
class Record:
    """A row, whose columns the fields of its view name."""

    row: Document = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    @classmethod
    def from_row(cls, row: Document) -> Self:
        """Read a row of the table."""
        columns = {one.name: (one.metadata["column"], one.default) for one in fields(cls) if one.metadata}
        shown = cls._shown(row)
        return cls(row=plain_object(row), **{name: _read(shown, *column) for name, column in columns.items()})

    @staticmethod
    def _shown(row: Document) -> Document:
        return row


@dataclass(frozen=True, slots=True)
class Tenant(Record):
    """One AMC instance that WFM serves. `poll_error` is why the last poll of it failed.

    An ACTIVE tenant that AMC does not let in is shown as DEGRADED.
    """

    customer_id: str = _text("customerId")
    status: str = _text("status", NOT_SEEN)
    reason: str | None = _optional("reason")
    limit: int = _number("maximumConcurrentWorkflowExecutions")
    amc_instance_id: str = _text("amcInstanceId")
    account_id: str = _text("amcAmazonAdsAdvertiserId")
    queue_url: str | None = _optional("queueUrl")
    dead_letter_queue_url: str | None = _optional("deadLetterQueueUrl")
    name: str | None = _optional("customerName")
    bucket: str = _text("bucketName")
    last_polled_at: str | None = _optional("lastLookedAt")
    poll_error: str | None = _optional("lookFailure")

    @staticmethod
    def _shown(row: Document) -> Document:
        is_degraded = row.get("status") == "ACTIVE" and "degradedSince" in row
        return {**row, "status": DEGRADED, "reason": row.get("degradedReason")} if is_degraded else row

    @property
    def why(self) -> str:
        """Why it does not work; a failed poll is named as such, since the tenant may be well again."""
        return self.reason or (f"last poll failed: {self.poll_error}" if self.poll_error else "")

    @property
    def own_values(self) -> TenantValues:
        """The tenant's values, for references to them."""
        return values_in(self.row)

    def head_as_json(self) -> Mapping[str, object]:
        """What every JSON document about a tenant begins with."""
        return {"customerId": self.customer_id, "status": self.status, "reason": self.reason, "limit": self.limit}

    def poll_as_json(self) -> Mapping[str, object]:
        """The last poll as JSON has it; the old names stay for a version."""
        now = {"lastPolledAt": self.last_polled_at, "pollError": self.poll_error}
        return now | {"lastLookedAt": self.last_polled_at, "lookFailure": self.poll_error}


@dataclass(frozen=True, slots=True)
class Workflow(Record):
    """One workflow of a tenant, as it should be in AMC, and whether it is there.

    `library_version` is 0 for one of the tenant's own; `drift` is how AMC's definition differs.
    `result_status` is FRESH or STALE for one with `freshness`.
    """

    customer_id: str = _text("customerId")
    workflow_id: str = _text("workflowId")
    sync_status: str | None = _optional("syncStatus")
    sync_reason: str | None = _optional("syncReason")
    synced_at: str | None = _optional("syncedAt")
    library_version: int = _number("libraryVersion")
    drift: str | None = _optional("drift")
    drift_found_at: str | None = _optional("driftFoundAt")
    result_status: str | None = _optional("resultStatus")
    stale_since: str | None = _optional("staleSince")


@dataclass(frozen=True, slots=True)
class Request(Record):
    """What was asked of WFM, and its status."""

    customer_id: str = _text("customerId")
    request_id: str = _text("requestId")
    workflow_id: str = _text("workflowId")
    status: str = _text("status")
    source: str = _text("source")
    priority: str = _text("priority")
    reason: str | None = _optional("reason")
    workflow_execution_id: str | None = _optional("workflowExecutionId")
    requested_at: str = _text("requestedAt")
    ended_at: str | None = _optional("endedAt")

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in REQUEST_ENDED

    @property
    def succeeded(self) -> bool:
        """Whether it ended well: AMC has run it."""
        return self.status == RequestStatus.SUCCEEDED

    @property
    def started_at(self) -> str:
        """When it was asked for."""
        return self.requested_at

    def reached(self) -> list[tuple[str, str]]:
        """Each status that the request has had with the time of it, in order; the end last."""
        times = [(status, text_or_none(self.row.get(f"{status.lower()}At"))) for status in IN_ORDER]
        if self.ended:
            times.append((self.status, self.ended_at))
        return [(status, at) for status, at in times if at]


@dataclass(frozen=True, slots=True)
class Execution(Record):
    """One run in AMC, started by WFM or by somebody else. AMC's `status` is called `executionStatus` in its row."""

    customer_id: str = _text("customerId")
    workflow_execution_id: str = _text("workflowExecutionId")
    workflow_id: str = _text("workflowId")
    status: str = _text("executionStatus")
    source: str = _text("source")
    request_id: str | None = _optional("requestId")
    reason: str | None = _optional("statusReason")
    created_at: str = _text("createTime")
    changed_at: str | None = _optional("lastUpdatedTime")
    first_seen_at: str = _text("firstSeenAt")

    @property
    def started_at(self) -> str:
        """When AMC made it, or WFM first saw it."""
        return self.created_at or self.first_seen_at

    @property
    def ended_at(self) -> str | None:
        """When it ended; None while it is active."""
        return self.changed_at if has_ended(self.status) else None
