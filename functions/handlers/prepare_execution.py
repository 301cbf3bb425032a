"""PrepareExecution: makes the body for AMC of a request, or refuses the request with the field's name."""

import os
from functools import partial
from typing import NotRequired, TypedDict

from functions.runtime.entry import entry, log_about
from functions.runtime.wiring import Ports
from functions.services.execution.commands import answer_without_run
from functions.services.execution.preparation import load_request, prepare_execution, warnings_of
from wfm.calendar.timestamps import parse
from wfm.model.json_schema import validate
from wfm.model.request_ids import id_from, identify
from wfm.model.rows import RequestRow
from wfm.model.semaphore import waiting_key
from wfm.model.statuses import RequestStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.traces import new_trace_id, trace_id_in

_validate = partial(validate, "execution_request")


class PrepareExecutionInput(TypedDict):
    """`input` is a request, or the ids of one; `executionName`, `executionArn` and `startTime` are the execution's."""

    input: object
    executionName: str
    executionArn: str
    startTime: str


class PrepareExecutionOutput(TypedDict):
    """The ids that the other states work with; `arrival` is when the request, or the first of its chain, was made.

    Version 0.1 gives no `traceId`.
    """

    customerId: str
    requestId: str
    workflowId: str
    priority: str
    arrival: str
    traceId: NotRequired[str]


@entry
def handler(event: PrepareExecutionInput, ports: Ports) -> PrepareExecutionOutput:
    """Write the body for AMC onto the request's row. AnsweredWithoutRun for a request that asks for no run.

    The body of a request that is continued stays: AMC may have made a run of it, which is known by its body.
    """
    name, started = event["executionName"], parse(event["startTime"])
    customer_id, request_id = identify(event["input"], name)
    log_about({"customerId": customer_id, "requestId": id_from(request_id)})
    xray = os.environ.get("_X_AMZN_TRACE_ID")  # of this call, and so of the execution
    trace_id = trace_id_in(xray) or new_trace_id(ports.clock())
    row = load_request(event["input"], name, started, _validate, ports.requests, trace_id=trace_id)
    log_about(row)
    if "execution" not in row:
        _prepare(row, event["executionArn"], ports)
    return {
        "customerId": row["customerId"],
        "requestId": row["requestId"],
        "workflowId": row["workflowId"],
        "priority": row["priority"],
        "arrival": StoredRequest(row).in_line_since,
        "traceId": row.get("traceId", ""),
    }


def _prepare(row: RequestRow, execution_arn: str, ports: Ports) -> None:
    answer_without_run(row, ports)
    body, expected, values, version = prepare_execution(row, _validate, ports)
    ports.requests.advance(
        row["customerId"],
        row["requestId"],
        RequestStatus.WAITING,  # from now on: WaitForSlot need not write that too
        ports.clock(),
        placeInLine=waiting_key(row["requestId"], row["priority"], StoredRequest(row).in_line_since),
        execution=body,
        executionArn=execution_arn,
        expected=expected.to_field() if expected else None,
        valuesUsed=dict(values) or None,
        **version,
        warnings=warnings_of(row, body) or None,
    )
