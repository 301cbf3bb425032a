"""WaitForOutcome: leave the task token where the tracker's news will find it; a run that has ended answers it now."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.outcomes import of_run
from wfm.model.statuses import RequestStatus, RunStatus


class WaitForOutcomeInput(TypedDict):
    """A request and its run; `taskToken` is answered with an `OutcomeDocument`."""

    customerId: str
    requestId: str
    workflowExecutionId: str
    taskToken: str


@entry
def handler(event: WaitForOutcomeInput, ports: Ports) -> None:
    """Writes first, looks afterwards: no news is missed."""
    ports.requests.save(event["customerId"], event["requestId"], outcomeToken=event["taskToken"])
    run = ports.executions.find(event["customerId"], event["workflowExecutionId"])
    outcome = of_run(run or {"status": RunStatus.PENDING})
    if outcome.status != RequestStatus.RUNNING:
        ports.tasks.succeed(event["taskToken"], outcome.to_document())
