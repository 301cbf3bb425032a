"""RecordSyncFailure: writes onto a workflow's row, in AMC's words, why AMC does not have it."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.outcomes import of_error
from wfm.model.statuses import SyncStatus


class RecordSyncFailureInput(TypedDict):
    """A tenant's workflow, the execution that failed, and what Step Functions says of the failure."""

    customerId: str
    workflowId: str
    executionArn: str
    error: str
    cause: str


class RecordSyncFailureOutput(TypedDict):
    """The failure in a sentence."""

    reason: str


@entry
def handler(event: RecordSyncFailureInput, ports: Ports) -> RecordSyncFailureOutput:
    """Only the execution that began last writes onto the row, so a newer success stays."""
    row = ports.workflows.find(event["customerId"], event["workflowId"]) or {}
    reason = of_error(event["error"], event["cause"], row).reason
    ports.workflows.save_sync(
        event["customerId"],
        event["workflowId"],
        by=event["executionArn"],
        syncStatus=SyncStatus.FAILED,
        syncReason=reason,
    )
    return {"reason": reason}
