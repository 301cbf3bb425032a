"""EventBridge delivers status changes at best effort. The sweep sends those again that nobody has handled.

Handlers are idempotent, so in doubt the event is sent.
"""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.execution.auto_resubmit import resubmit_if_allowed
from functions.services.execution.chaining import continue_chain
from functions.services.reconciliation.refreshing import send_refreshes
from wfm.errors import NotReadyYet
from wfm.model.request_ids import identify
from wfm.model.requests import execution_name_in
from wfm.model.rows import RequestRow, TenantRow
from wfm.model.stopped_executions import ListedExecution, StoppedExecution
from wfm.model.sweeps import GRACE, Sweep

LOOKBACK: Final = timedelta(hours=1)  # of the first sweep; each later one begins where the last one ended
MAX_SENT: Final = 500  # in one sweep: each is a DescribeExecution, of which an account has some fifteen a second
_CLOCK_STEP: Final = timedelta(milliseconds=1)  # of the times of Step Functions
MESSAGE_LIFETIME: Final = timedelta(days=15)  # by then a message has started an execution, or SQS has deleted it
LOST: Final = "LOST"  # the status of an execution that never began


def resend_events(queues: Mapping[str, str], ports: Ports) -> int:
    """Reconcile: send the stopped executions of each machine (ARN) of `queues` to its queue once more; how many."""
    return sum(_resend(machine, queue, ports) for machine, queue in queues.items())


def _resend(machine: str, queue: str, ports: Ports) -> int:
    """Send what ended since the last sweep, but for the last moments: the first MAX_SENT, the others next time."""
    now, name = ports.clock(), machine.rpartition("-")[2]
    before = ports.sweeps.find(name) or Sweep(now - LOOKBACK)
    running = ports.stopped_executions.running(machine)
    listed = [each for each in ports.stopped_executions.ended(machine, before.begun_since) if each.ended > before.until]
    due = sorted((each for each in listed if each.ended <= now - GRACE), key=lambda each: each.ended)
    sent: list[ListedExecution] = []
    try:
        for each in due[:MAX_SENT]:
            if not _send_again(each.arn, queue, ports):
                break
            sent.append(each)
    finally:  # throttled in the middle, it has got so far
        left = due[len(sent) :]
        until = left[0].ended - _CLOCK_STEP if left else now - GRACE
        began = [*running.values(), *(each.began for each in listed if each.ended > until)]
        ports.sweeps.save(name, before.next(until, now, began))
    return len(sent)


def _send_again(arn: str, queue: str, ports: Ports) -> bool:
    """False if DescribeExecution, which may be behind ListExecutions, still shows the execution as running."""
    found = ports.stopped_executions.find(arn)
    if found and found.status != "RUNNING":
        ports.stopped_executions.send(queue, found)
    return found is None or found.status != "RUNNING"


def resend_requests(machine: str, queue: str, tenants: Iterable[TenantRow], ports: Ports) -> int:
    """Send requests to the queue that have not ended though their execution of `machine` (an ARN) has; how many.

    What is to be sent after those that have ended is sent on the way, once it is due: their next tries, their runs
    at other ages, and what runs after them. Where that fails for one, it is raised once all have had their turn.

    Many executions end because a run failed, so open requests are searched for, not ended executions.
    """
    return _send(((queue, execution) for execution in _left_open(machine, tenants, ports)), ports)


def resend_lost_requests(machine: str, queue: str, begun_since: datetime, ports: Ports) -> int:
    """Reconcile: send executions of `machine` that ended and have no request's row any more to the queue; how many.

    For tables that were brought back to an earlier time. Each execution since then is asked about.
    """
    listed = ports.stopped_executions.ended(machine, begun_since, succeeded=True)
    found = (ports.stopped_executions.find(each.arn) for each in listed if each.began >= begun_since)
    lost = ((queue, each) for each in found if each and _is_lost(each, ports))
    return _send(lost, ports)


def _is_lost(execution: StoppedExecution, ports: Ports) -> bool:
    ids = identify(execution.document, execution.name)
    return ports.requests.find(*ids) is None


def _send(found: Iterable[tuple[str, StoppedExecution]], ports: Ports) -> int:
    """Each as soon as it is found: so a sweep that Step Functions throttles in the middle has got so far."""
    sent = 0
    for queue, execution in found:
        ports.stopped_executions.send(queue, execution)
        sent += 1
    return sent


def _left_open(machine: str, tenants: Iterable[TenantRow], ports: Ports) -> Iterator[StoppedExecution]:
    """Of more than MAX_SENT whose executions do not run, as many are asked about, by lot."""
    now = ports.clock()
    rows = [row for tenant in tenants for row in ports.requests.open_since(tenant["customerId"], now - GRACE)]
    running = ports.stopped_executions.running(machine) if rows else {}
    by_arn = {_arn_of(row, machine): row for row in rows}
    left = [arn for arn in by_arn if arn not in running]
    problems = dict[str, Exception]()
    for arn in random.sample(left, MAX_SENT) if len(left) > MAX_SENT else left:
        row = by_arn[arn]
        ids = row["customerId"], row["requestId"]
        request = ports.requests.find(*ids)
        if request is not None and "endedAt" in request:
            problems |= _follow_up(*ids, ports)
        elif request and _arn_of(request, machine) == arn and (found := _stopped(arn, machine, row, now, ports)):
            yield found
    if problems:
        first, problem = next(iter(problems.items()))
        raise NotReadyYet(f"of {len(problems)} requests what follows is not sent; {first}: {problem}") from problem


def _follow_up(customer_id: str, request_id: str, ports: Ports) -> dict[str, Exception]:
    """Send what is to be sent after a request that has ended; what went wrong, by its ids."""
    try:
        resubmit_if_allowed(customer_id, request_id, ports)
        send_refreshes(customer_id, request_id, ports)
        continue_chain(customer_id, request_id, ports)
    except Exception as exc:  # noqa: BLE001 (told once all have had their turn)
        return {f"{customer_id}/{request_id}": exc}
    return {}


def _arn_of(row: RequestRow, machine: str) -> str:
    """The execution that the row names; of a row that names none, the one that its message begins."""
    return row.get("executionArn") or f"{machine.replace(':stateMachine:', ':execution:')}:{execution_name_in(row)}"


def _stopped(arn: str, machine: str, row: RequestRow, now: datetime, ports: Ports) -> StoppedExecution | None:
    """The ended execution of a request; None while the request may still end by itself."""
    found = ports.stopped_executions.find(arn)
    if found is not None:
        return found if found.status != "RUNNING" else None
    is_lost = datetime.fromisoformat(row["openSince"]) <= now - MESSAGE_LIFETIME
    ids = json.dumps({"customerId": row["customerId"], "requestId": row["requestId"]})
    return StoppedExecution(arn, machine, arn.rpartition(":")[2], LOST, input=ids) if is_lost else None
