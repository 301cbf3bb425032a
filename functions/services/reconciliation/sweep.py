"""EventBridge delivers status changes at best effort. The sweep sends those again that nobody has handled.

Handlers are idempotent, so in doubt the event is sent.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from wfm.model.requests import execution_name_in
from wfm.model.rows import RequestRow
from wfm.model.statuses import TenantStatus
from wfm.model.stopped_executions import StoppedExecution

GRACE: Final = timedelta(minutes=15)  # of an event that is on its way, and of a message that is being started
LOOKBACK: Final = timedelta(hours=1)  # a sweep comes every quarter of an hour: three may fail
MESSAGE_LIFETIME: Final = timedelta(days=15)  # by then a message has started an execution, or SQS has deleted it
LOST: Final = "LOST"  # the status of an execution that never began


def resend_events(queues: Mapping[str, str], ports: Ports) -> int:
    """Reconcile: send the recent stopped executions of each machine (ARN) of `queues` to its queue again; how many."""
    stopped = (
        (queue, execution)
        for machine, queue in queues.items()
        for execution in ports.stopped_executions.since(machine, ports.clock() - LOOKBACK)
    )
    return _send(stopped, ports)


def resend_requests(machine: str, queue: str, ports: Ports) -> int:
    """Send requests to the queue that have not ended though their execution of `machine` (an ARN) has; how many.

    Many executions end because a run failed, so open requests are searched for, not ended executions.
    """
    return _send(((queue, execution) for execution in _left_open(machine, ports)), ports)


def _send(found: Iterable[tuple[str, StoppedExecution]], ports: Ports) -> int:
    """Each as soon as it is found: so a sweep that Step Functions throttles in the middle has got so far."""
    sent = 0
    for queue, execution in found:
        ports.stopped_executions.send(queue, execution)
        sent += 1
    return sent


def _left_open(machine: str, ports: Ports) -> Iterator[StoppedExecution]:
    now = ports.clock()
    tenants = ports.tenants.with_status(*TenantStatus)
    rows = [row for tenant in tenants for row in ports.requests.open_since(tenant["customerId"], now - GRACE)]
    running = ports.stopped_executions.running(machine) if rows else set()
    for row in rows:
        arn = row.get("executionArn") or _usual_arn(machine, row)
        if arn not in running and (found := _stopped(arn, machine, row, now, ports)):
            yield found


def _usual_arn(machine: str, row: RequestRow) -> str:
    return f"{machine.replace(':stateMachine:', ':execution:')}:{execution_name_in(row)}"


def _stopped(arn: str, machine: str, row: RequestRow, now: datetime, ports: Ports) -> StoppedExecution | None:
    """The ended execution of a request; None while the request may still end by itself: an index may be behind."""
    request = ports.requests.find(row["customerId"], row["requestId"])
    if request is None or "endedAt" in request:
        return None
    found = ports.stopped_executions.find(arn)
    if found is not None:
        return found if found.status != "RUNNING" else None
    is_lost = datetime.fromisoformat(row["openSince"]) <= now - MESSAGE_LIFETIME
    ids = json.dumps({"customerId": row["customerId"], "requestId": row["requestId"]})
    return StoppedExecution(arn, machine, arn.rpartition(":")[2], LOST, input=ids) if is_lost else None
