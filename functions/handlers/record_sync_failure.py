"""RecordSyncFailure: writes FAILED onto a workflow's row, and why, in AMC's words if AMC refused it."""

from collections.abc import Mapping
from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import WorkflowInput
from functions.runtime.wiring import Ports
from functions.services.foreign_input import record_refusal
from functions.services.sync.failures import record_sync_failure
from wfm.model.outcomes import of_error


class RecordSyncFailureInput(WorkflowInput):
    """What Step Functions says of the failure."""

    error: str
    cause: str


class RecordSyncFailureOutput(TypedDict):
    """The failure in a sentence."""

    reason: str


@entry
def handler(event: RecordSyncFailureInput, ports: Ports) -> RecordSyncFailureOutput:
    """Write the failure onto the row, if the execution began last: so a newer success stays.

    An execution that was started with something else than ids becomes a refused request.
    """
    has_ids, document = bool(event["customerId"] and event["workflowId"]), event.get("input")
    row = (ports.workflows.find(event["customerId"], event["workflowId"]) if has_ids else None) or {}
    outcome = of_error(event["error"], event["cause"], row)
    if not has_ids or (isinstance(document, Mapping) and "workflowRequest" in document):
        record_refusal(document, event["executionArn"], outcome, ports)
    if not has_ids:
        return {"reason": outcome.reason}
    record_sync_failure(event["customerId"], event["workflowId"], event["executionArn"], outcome.reason, ports)
    return {"reason": outcome.reason}
