"""What the client gives back: typed views of WFM's rows. Times are ISO 8601 UTC texts, as WFM stores them.

Every view keeps its row in `row`, so nothing that WFM knows is lost on the way to a script.
"""

from dataclasses import dataclass, field
from typing import Final, Self

from wfm.model.availability import DEGRADED
from wfm.model.rows import Document, text_or_none, whole_number
from wfm.model.statuses import REQUEST_ENDED, has_ended
from wfm.store.items import plain

IN_ORDER: Final = ("QUEUED", "WAITING", "SUBMITTING", "RUNNING")
NOT_SEEN: Final = "NOT SEEN"  # a tenant whose record WFM has not read yet
BUFFERED: Final = "BUFFERED"  # a request that is in the tenant's queue; WFM has no row of it yet


@dataclass(frozen=True, slots=True)
class Tenant:
    """One AMC instance that WFM serves. `poll_error` is why the last poll of it failed."""

    customer_id: str
    status: str
    reason: str | None
    limit: int
    amc_instance_id: str
    queue_url: str | None
    row: Document = field(repr=False, compare=False)
    name: str | None = None
    dead_letter_queue_url: str | None = None
    bucket: str = ""
    last_polled_at: str | None = None
    poll_error: str | None = None

    @classmethod
    def from_row(cls, row: Document) -> Self:
        """From a row of the Tenants table. An ACTIVE tenant that AMC does not let in is shown as DEGRADED."""
        degraded = row.get("status") == "ACTIVE" and "degradedSince" in row
        return cls(
            customer_id=str(row["customerId"]),
            status=DEGRADED if degraded else str(row.get("status", NOT_SEEN)),
            reason=text_or_none(row.get("degradedReason" if degraded else "reason")),
            limit=whole_number(row.get("maximumConcurrentWorkflowExecutions"), 0),
            amc_instance_id=str(row.get("amcInstanceId", "")),
            queue_url=text_or_none(row.get("queueUrl")),
            row=plain(row),
            name=text_or_none(row.get("customerName")),
            dead_letter_queue_url=text_or_none(row.get("deadLetterQueueUrl")),
            bucket=str(row.get("bucketName") or ""),
            last_polled_at=text_or_none(row.get("lastLookedAt")),
            poll_error=text_or_none(row.get("lookFailure")),
        )

    def poll_as_json(self) -> dict[str, object]:
        """The last poll as JSON has it; the old names stay for a version."""
        return {
            "lastPolledAt": self.last_polled_at,
            "pollError": self.poll_error,
            "lastLookedAt": self.last_polled_at,
            "lookFailure": self.poll_error,
        }


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow of a tenant, as it should be in AMC, and whether it is there.

    `library_version` is None for one of the tenant's own; `drift` is how AMC's definition differs.
    """

    customer_id: str
    workflow_id: str
    sync_status: str | None
    sync_reason: str | None
    row: Document = field(repr=False, compare=False)
    synced_at: str | None = None
    library_version: int | None = None
    drift: str | None = None
    drift_found_at: str | None = None

    @classmethod
    def from_row(cls, row: Document) -> Self:
        """From a row of the Workflows table."""
        return cls(
            customer_id=str(row["customerId"]),
            workflow_id=str(row["workflowId"]),
            sync_status=text_or_none(row.get("syncStatus")),
            sync_reason=text_or_none(row.get("syncReason")),
            row=plain(row),
            synced_at=text_or_none(row.get("syncedAt")),
            library_version=whole_number(row.get("libraryVersion"), 0) or None,
            drift=text_or_none(row.get("drift")),
            drift_found_at=text_or_none(row.get("driftFoundAt")),
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of WFM, and its status."""

    customer_id: str
    request_id: str
    workflow_id: str
    status: str
    source: str
    priority: str
    reason: str | None
    workflow_execution_id: str | None
    row: Document = field(repr=False, compare=False)
    requested_at: str = ""
    ended_at: str | None = None

    @classmethod
    def from_row(cls, row: Document) -> Self:
        """From a row of the ExecutionRequests table."""
        return cls(
            customer_id=str(row["customerId"]),
            request_id=str(row["requestId"]),
            workflow_id=str(row.get("workflowId", "")),
            status=str(row["status"]),
            source=str(row.get("source", "")),
            priority=str(row.get("priority", "")),
            reason=text_or_none(row.get("reason")),
            workflow_execution_id=text_or_none(row.get("workflowExecutionId")),
            row=plain(row),
            requested_at=str(row.get("requestedAt", "")),
            ended_at=text_or_none(row.get("endedAt")),
        )

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in REQUEST_ENDED

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
class Execution:
    """One run in AMC, started by WFM or by somebody else."""

    customer_id: str
    workflow_execution_id: str
    workflow_id: str
    status: str
    source: str
    request_id: str | None
    reason: str | None
    row: Document = field(repr=False, compare=False)
    started_at: str = ""
    ended_at: str | None = None

    @classmethod
    def from_row(cls, row: Document) -> Self:
        """From a row of the Executions table, where AMC's `status` is called `executionStatus`."""
        return cls(
            customer_id=str(row["customerId"]),
            workflow_execution_id=str(row["workflowExecutionId"]),
            workflow_id=str(row.get("workflowId", "")),
            status=str(row["executionStatus"]),
            source=str(row.get("source", "")),
            request_id=text_or_none(row.get("requestId")),
            reason=text_or_none(row.get("statusReason")),
            row=plain(row),
            started_at=str(row.get("createTime") or row.get("firstSeenAt") or ""),
            ended_at=text_or_none(row.get("lastUpdatedTime")) if has_ended(str(row["executionStatus"])) else None,
        )
