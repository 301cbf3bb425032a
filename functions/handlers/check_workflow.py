"""CheckWorkflow: whether AMC has taken the workflow and shows it; if so, its row becomes SYNCED."""

from typing import NotRequired

from functions.runtime.entry import entry
from functions.runtime.inputs import WorkflowInput
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.sync.sync import CheckResult, Sync


class CheckWorkflowInput(WorkflowInput):
    """`desired` is the hash of what SyncWorkflow wrote to AMC.

    `polls` is how often the state was entered before; executions that version 0.1 started send none.
    """

    desired: str
    polls: NotRequired[int]


@entry
def handler(event: CheckWorkflowInput, ports: Ports) -> CheckResult:
    """Compare AMC with the desired workflow, and the row with what was written to AMC."""
    with refused_access_is_transient():
        sync = Sync(event["customerId"], event["workflowId"], event["executionArn"], ports)
        return sync.check_workflow(event["desired"], event.get("polls", 0))
