"""ContinueSync: hands a workflow whose row keeps changing to a new execution of `workflow_sync`."""

from functions.runtime.entry import entry
from functions.runtime.inputs import WorkflowInput
from functions.runtime.wiring import Ports
from functions.services.sync.requests import continue_sync


@entry
def handler(event: WorkflowInput, ports: Ports) -> None:
    """Start the new execution."""
    ids, machine = (event["customerId"], event["workflowId"]), ports.settings.workflow_sync_arn
    continue_sync(*ids, event["executionArn"], machine, ports.tasks)
