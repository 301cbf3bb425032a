"""What the client gives back: typed views of WFM's rows. Times are ISO 8601 UTC texts, as WFM stores them.

Every view keeps its row in `row`, so nothing that WFM knows is lost on the way to a script.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from wfm.model.availability import DEGRADED
from wfm.model.statuses import REQUEST_ENDED
from wfm.store.items import plain

IN_ORDER: Final = ("QUEUED", "WAITING", "SUBMITTING", "RUNNING")
NOT_SEEN: Final = "NOT SEEN"  # a tenant whose record WFM has not read yet
BUFFERED: Final = "BUFFERED"  # a request that is in the tenant's queue; WFM has no row of it yet
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tenant:
    """One AMC instance that WFM looks after."""

    customer_id: str
    status: str
    reason: str | None
    limit: int
    amc_instance_id: str
    queue_url: str | None
    row: Row = field(repr=False, compare=False)

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """From a row of the Tenants table. An ACTIVE tenant that AMC does not let in is shown as DEGRADED."""
        degraded = row.get("status") == "ACTIVE" and "degradedSince" in row
        return cls(
            customer_id=row["customerId"],
            status=DEGRADED if degraded else row.get("status", NOT_SEEN),
            reason=row.get("degradedReason") if degraded else row.get("reason"),
            limit=int(row.get("maximumConcurrentWorkflowExecutions", 0)),
            amc_instance_id=row.get("amcInstanceId", ""),
            queue_url=row.get("queueUrl"),
            row=plain(row),
        )


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow of a tenant, as it should be in AMC, and whether it is there."""

    customer_id: str
    workflow_id: str
    sync_status: str | None
    sync_reason: str | None
    row: Row = field(repr=False, compare=False)

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """From a row of the Workflows table."""
        return cls(row["customerId"], row["workflowId"], row.get("syncStatus"), row.get("syncReason"), plain(row))


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of WFM, and how it stands."""

    customer_id: str
    request_id: str
    workflow_id: str
    status: str
    source: str
    priority: str
    reason: str | None
    workflow_execution_id: str | None
    row: Row = field(repr=False, compare=False)

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """From a row of the ExecutionRequests table."""
        return cls(
            customer_id=row["customerId"],
            request_id=row["requestId"],
            workflow_id=row.get("workflowId", ""),
            status=row["status"],
            source=row.get("source", ""),
            priority=row.get("priority", ""),
            reason=row.get("reason"),
            workflow_execution_id=row.get("workflowExecutionId"),
            row=plain(row),
        )

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in REQUEST_ENDED

    def reached(self) -> list[tuple[str, str]]:
        """Each status that the request has had with the time of it, in order; the end last."""
        times = [(status, self.row.get(f"{status.lower()}At")) for status in IN_ORDER]
        if self.ended:
            times.append((self.status, self.row.get("endedAt")))
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
    row: Row = field(repr=False, compare=False)

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """From a row of the Executions table, where AMC's `status` is called `executionStatus`."""
        return cls(
            customer_id=row["customerId"],
            workflow_execution_id=row["workflowExecutionId"],
            workflow_id=row.get("workflowId", ""),
            status=row["executionStatus"],
            source=row.get("source", ""),
            request_id=row.get("requestId"),
            reason=row.get("statusReason"),
            row=plain(row),
        )
