"""CheckWorkflow: whether AMC has taken the workflow and shows it by now; if so, that goes onto the row."""

from typing import NotRequired, TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.sync.sync import CheckResult, Sync


class CheckWorkflowInput(TypedDict):
    """A tenant's workflow, the execution that works on it, and the hash that SyncWorkflow carried to AMC.

    `polls`: how often that was asked before; machines of before it had none.
    """

    customerId: str
    workflowId: str
    executionArn: str
    desired: str
    polls: NotRequired[int]


@entry
def handler(event: CheckWorkflowInput, ports: Ports) -> CheckResult:
    """Whether AMC has what was desired, and whether something else is desired by now."""
    with refused_access_is_transient():
        sync = Sync(event["customerId"], event["workflowId"], event["executionArn"], ports)
        return sync.check(event["desired"], event.get("polls", 0))
