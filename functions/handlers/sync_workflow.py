"""SyncWorkflow: creates, changes or deletes a workflow in AMC, as its row says now."""

from functools import partial
from typing import NotRequired, TypedDict

from functions.runtime.entry import entry, logger, redact_amc_message
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.sync.requests import apply_request, require_workflow
from functions.services.sync.sync import Sync, SyncResult


class SyncWorkflowInput(TypedDict):
    """A tenant's workflow, and the execution that works on it. `input` is that of the execution."""

    customerId: str
    workflowId: str
    executionArn: str
    input: NotRequired[object]


@entry
def handler(event: SyncWorkflowInput, ports: Ports) -> SyncResult:
    """Write the difference to AMC. AMC's refusal goes onto the row, in its words."""
    key, execution = (event["customerId"], event["workflowId"]), event["executionArn"]
    require_workflow(*key)
    keep = partial(ports.workflows.save_sync, *key, by=execution)
    with redact_amc_message(lambda words: keep(amcRefusal=words)), refused_access_is_transient():
        apply_request(event.get("input"), execution, ports)
        answer = Sync(*key, execution, ports).sync_workflow()
    logger.info("carried to AMC", done=answer["done"])
    return answer
