"""WaitForOutcome: leave the task token where the tracker's news will find it; a run that has ended answers it now."""

from dataclasses import asdict
from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.outcomes import of_run
from wfm.model.statuses import RequestStatus, RunStatus


@entry
def handler(event: dict[str, Any], ports: Ports) -> None:
    """`{customerId, requestId, workflowExecutionId, taskToken}`. Writes first, looks afterwards: no news is missed."""
    ports.requests.save(event["customerId"], event["requestId"], outcomeToken=event["taskToken"])
    run = ports.executions.find(event["customerId"], event["workflowExecutionId"])
    outcome = of_run(run or {"status": RunStatus.PENDING})
    if outcome.status != RequestStatus.RUNNING:
        ports.tasks.succeed(event["taskToken"], asdict(outcome))
