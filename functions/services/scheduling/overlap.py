"""A firing that comes while the run of the one before goes on: it is left out, or takes the other's place.

The schedule's row names the request that was begun last (`goingOn`). A firing takes its place by a conditional write,
so of two at once one sees the other, and a redelivered message finds its own name
there.
"""

from datetime import timedelta
from typing import Final

from functions.ports import Ports
from functions.services.execution.auto_resubmit import is_to_be_resubmitted, next_try, policy_of
from functions.services.execution.cancelling import cancel
from wfm.calendar.spans import DELAY_STEP
from wfm.calendar.timestamps import iso, parse
from wfm.errors import NotReadyYet
from wfm.model.requests import STOP_REASON, ExecutionRequest
from wfm.model.rows import Document, RequestRow
from wfm.model.stored_request import StoredRequest
from wfm.model.stored_schedule import StoredSchedule
from wfm.model.timeouts import LONGEST_WAIT

MAX_ROUNDS: Final = 5
RESUBMIT_GRACE: Final = timedelta(minutes=15)  # from an end until its next try is sent, if there is one


def await_turn(request: ExecutionRequest, name: str, overlap: str, machine: str, ports: Ports) -> str:
    """Why the firing of the schedule is left out; "" once the schedule's row names it as the one that goes on.

    To replace the former, its execution of `machine` (an ARN) is stopped first. Only an older one is replaced, so that
    firings which come in another order leave the newest. A schedule that is gone has no former run.
    """
    moment = parse(str(request.scheduled_time))
    for _ in range(MAX_ROUNDS):
        row = ports.schedules.find(request.customer_id, name)
        seen = StoredSchedule(row).going_on
        if row is None or seen == request.request_id:
            return ""
        former = last_try(request.customer_id, seen, ports) if seen else None
        if former is not None and is_going_on(former, ports):
            shown = f"the run of {StoredRequest(former).scheduled_time} goes on"
            if overlap == "skip" or parse(StoredRequest(former).scheduled_time) > moment:
                return shown
            _cancel(former, f"replaced by the firing of {iso(moment)}", machine, ports)
        if ports.schedules.take_over(request.customer_id, name, request.request_id, seen):
            return ""
    raise NotReadyYet(f"firings of the schedule {name} of {request.customer_id} keep coming at once")


def last_try(customer_id: str, request_id: str, ports: Ports) -> RequestRow | None:
    """The request, or the last of those that were sent in its place and have arrived; None if none has."""
    row = ports.requests.find(customer_id, request_id)
    while row is not None and (next_id := StoredRequest(row).resubmitted_as):
        following = ports.requests.find(customer_id, next_id)
        if following is None:
            break
        row = following
    return row


def is_going_on(row: RequestRow, ports: Ports) -> bool:
    """Whether the last try of a request has not ended, or another one is on its way."""
    request = StoredRequest(row)
    if not request.ended_at:
        return True
    if request.resubmitted_as:  # in the queue, which keeps it for so long
        return _ended_within(LONGEST_WAIT, row, ports)
    policy = policy_of(row)
    span = RESUBMIT_GRACE + DELAY_STEP + policy.pause if policy else timedelta(0)
    return is_to_be_resubmitted(row) and _ended_within(span, row, ports)


def _ended_within(span: timedelta, row: RequestRow, ports: Ports) -> bool:
    return ports.clock() - parse(StoredRequest(row).ended_at) < span


def _cancel(former: RequestRow, reason: str, machine: str, ports: Ports) -> None:
    """Cancel the request, or the next try of one that has ended, which may be in the queue."""
    request, policy = StoredRequest(former), policy_of(former)
    document: Document = {**(request.readable_message or {}), "requestId": request.id}
    if request.ended_at and policy:
        document = next_try(former, policy, ports)
    elif not request.ended_at:  # for its clean-up: not every event of a stop has its cause
        ports.requests.save(request.customer_id, request.id, **{STOP_REASON: reason})
    cancel(document, reason, machine, ports)
