"""WaitForOutcome: stores a task token, which is answered when the run has ended; at once if it has ended already."""

from typing import NotRequired, TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.outcomes import of_run
from wfm.model.statuses import RequestStatus, RunStatus


class WaitForOutcomeInput(TypedDict):
    """A request and its run; an `OutcomeDocument` is the answer to `taskToken`."""

    customerId: str
    requestId: str
    workflowExecutionId: str
    taskToken: str
    traceId: NotRequired[str]


@entry
def handler(event: WaitForOutcomeInput, ports: Ports) -> None:
    """Store the token first and read the run afterwards: so no end is missed."""
    ports.requests.save(event["customerId"], event["requestId"], outcomeToken=event["taskToken"])
    run = ports.executions.find(event["customerId"], event["workflowExecutionId"])
    outcome = of_run(run or {"status": RunStatus.PENDING})
    if outcome.status != RequestStatus.RUNNING:
        ports.tasks.succeed(event["taskToken"], outcome.to_document())
