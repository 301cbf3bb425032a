"""PrepareExecution: makes the body for AMC of a request, or refuses the request with the field's name."""

from functools import partial
from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.commands import answer_without_run
from functions.services.execution.preparation import load_request, prepare_execution, warnings_of
from wfm.calendar.timestamps import parse
from wfm.model.json_schema import validate
from wfm.model.rows import RequestRow
from wfm.model.semaphore import waiting_key
from wfm.model.statuses import RequestStatus

_validate = partial(validate, "execution_request")


class PrepareExecutionInput(TypedDict):
    """`input` is a request, or the ids of one; `executionName`, `executionArn` and `startTime` are the execution's."""

    input: object
    executionName: str
    executionArn: str
    startTime: str


class PrepareExecutionOutput(TypedDict):
    """The ids that the other states work with; `arrival` is when the request was made."""

    customerId: str
    requestId: str
    workflowId: str
    priority: str
    arrival: str


@entry
def handler(event: PrepareExecutionInput, ports: Ports) -> PrepareExecutionOutput:
    """Write the body for AMC onto the request's row. AnsweredWithoutRun for a request that asks for no run.

    The body of a request that is continued stays: AMC may have made a run of it, which is known by its body.
    """
    row = load_request(event["input"], event["executionName"], parse(event["startTime"]), _validate, ports.requests)
    if "execution" not in row:
        _prepare(row, event["executionArn"], ports)
    return {
        "customerId": row["customerId"],
        "requestId": row["requestId"],
        "workflowId": row["workflowId"],
        "priority": row["priority"],
        "arrival": row["requestedAt"],
    }


def _prepare(row: RequestRow, execution_arn: str, ports: Ports) -> None:
    answer_without_run(row, ports)
    body, expected = prepare_execution(row, _validate, ports.tenants, ports.workflows, ports.amc)
    ports.requests.advance(
        row["customerId"],
        row["requestId"],
        RequestStatus.WAITING,  # from now on: WaitForSlot need not write that too
        ports.clock(),
        placeInLine=waiting_key(row["requestId"], row["priority"], row["requestedAt"]),
        execution=body,
        executionArn=execution_arn,
        expected=expected.to_field() if expected else None,
        warnings=warnings_of(row, body) or None,
    )
