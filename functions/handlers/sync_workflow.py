"""SyncWorkflow: creates, changes or deletes a workflow in AMC, as its row says now."""

from functools import partial

from functions.runtime.entry import entry, logger, redact_amc_message
from functions.runtime.inputs import WorkflowInput
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.sync.requests import apply_request, require_workflow
from functions.services.sync.sync import Sync, SyncResult


@entry
def handler(event: WorkflowInput, ports: Ports) -> SyncResult:
    """Write the difference to AMC. AMC's refusal goes onto the row, in its words."""
    key, execution = (event["customerId"], event["workflowId"]), event["executionArn"]
    require_workflow(*key)
    keep = partial(ports.workflows.save_sync, *key, by=execution)
    with redact_amc_message(lambda words: keep(amcRefusal=words)), refused_access_is_transient():
        apply_request(event.get("input"), execution, ports)
        answer = Sync(*key, execution, ports).sync_workflow()
    logger.info("carried to AMC", done=answer["done"])
    return answer
