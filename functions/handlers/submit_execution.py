"""SubmitExecution: exactly one POST that counts, or the adoption of a run that an earlier attempt left behind.

While AMC refuses the tenant, or does not answer for long, the request releases its slot and is requeued.
"""

from typing import NotRequired, TypedDict

from functions.runtime.entry import entry, log_about, redact_amc_message
from functions.runtime.wiring import Ports
from functions.services.availability import record_success
from functions.services.execution.preparation import active_in
from functions.services.execution.requeue import after_no_answer, after_refusal, require_slot
from functions.services.execution.submission import submit_execution
from wfm.calendar.timestamps import parse
from wfm.errors import AmcThrottled, AmcUnavailable, InvalidRequest, PermanentError, SlotLost, SlotReleased
from wfm.model.timeouts import EARLY_POLL


class SubmitExecutionInput(TypedDict):
    """`triesSince` is when the state was entered. `requeueError` is the error that the machine requeues on.

    Executions that version 0.1 started send no `requeueError`, and requeue on SlotLost.
    """

    customerId: str
    requestId: str
    triesSince: str
    requeueError: NotRequired[str]
    traceId: NotRequired[str]


class SubmitExecutionOutput(TypedDict):
    """The AMC run of the request."""

    customerId: str
    requestId: str
    workflowExecutionId: str


@entry
def handler(event: SubmitExecutionInput, ports: Ports) -> SubmitExecutionOutput:
    """Post the request to AMC, or adopt the run of an earlier attempt; SlotReleased requeues the request."""
    try:
        return _submit(event, ports)
    except SlotReleased as exc:
        if "requeueError" in event:
            raise
        raise SlotLost(str(exc)) from exc


def _submit(event: SubmitExecutionInput, ports: Ports) -> SubmitExecutionOutput:
    customer_id, request_id = event["customerId"], event["requestId"]
    found, found_tenant = ports.requests.find_with_tenant(customer_id, request_id)
    row, known = found or {}, found_tenant or {}
    tenant = active_in(customer_id, found_tenant)
    if "endedAt" in row:
        raise InvalidRequest(
            "requestId", f"{request_id!r} has ended as {row['status']}", "a request that has not ended"
        )
    if "workflowExecutionId" not in row:
        require_slot(known, request_id, ports)
        if "waitingAt" in row and "submittingAt" not in row:
            ports.metrics.seconds("SlotWait", (ports.clock() - parse(row["waitingAt"])).total_seconds())
    try:
        execution_id = submit_execution(row, tenant, ports)
        log_about({"workflowExecutionId": execution_id})
    except PermanentError as exc:
        with redact_amc_message(lambda words: ports.requests.save(customer_id, request_id, amcRefusal=words)):
            after_refusal(exc, row, known, ports)
        raise AmcUnavailable(str(exc), sent=False) from exc  # AMC has answered a poll meanwhile
    except (AmcThrottled, AmcUnavailable) as exc:
        after_no_answer(exc, request_id, known, parse(event["triesSince"]), ports)
        raise
    if "refusedPosts" in known:
        record_success(customer_id, ports)
    ports.tenants.poll_no_later_than(customer_id, ports.clock() + EARLY_POLL)
    return {"customerId": customer_id, "requestId": request_id, "workflowExecutionId": execution_id}
