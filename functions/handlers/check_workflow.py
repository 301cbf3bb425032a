"""CheckWorkflow: whether AMC shows the workflow as desired by now; if so, that goes onto the row."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.sync.sync import CheckResult, Sync


class CheckWorkflowInput(TypedDict):
    """A tenant's workflow, the execution that works on it, and the hash that SyncWorkflow carried to AMC."""

    customerId: str
    workflowId: str
    executionArn: str
    desired: str


@entry
def handler(event: CheckWorkflowInput, ports: Ports) -> CheckResult:
    """Whether AMC shows what was desired, and whether something else is desired by now."""
    with refused_access_is_transient():
        return Sync(event["customerId"], event["workflowId"], event["executionArn"], ports).check(event["desired"])
