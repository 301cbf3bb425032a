"""Active runs: counts the slots that they take, and sends heartbeats for long ones."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.account_slots import dispatch_tenant, reconcile
from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.model.rows import Document
from wfm.model.semaphore import SlotRequest

# `WaitForOutcome` asks AMC itself after an hour without a heartbeat. Polls of a tenant with runs are at most ten
# minutes apart, so short runs need no heartbeat, and long ones get theirs in time.
HEARTBEAT_INTERVAL: Final = timedelta(minutes=20)
SUBMISSION_DURATION: Final = timedelta(minutes=10)  # of one that is going well, at most
POLL_DURATION: Final = timedelta(minutes=1)  # from the begin of a poll to its end, at most


def sync_slots(customer_id: str, runs: Iterable[Document], ports: Ports) -> None:
    """Count active runs without a holder as external, since AMC counts them too. `runs` are their rows.

    A holder whose execution has ended, though its slot was not released, is removed.
    """
    requests = [_request_of(run) for run in runs]
    semaphores = ports.semaphores
    for holder in semaphores.holders(customer_id):
        if holder.request_id not in requests and _has_ended(customer_id, holder, ports):
            semaphores.leave(customer_id, holder.request_id)
    semaphore = semaphores.read(customer_id)
    external = sum(request not in semaphore.holders for request in requests)
    if external != semaphore.external:
        semaphores.count_external(customer_id, external)
    reconcile(customer_id, semaphore.holders, external, ports)
    dispatch_tenant(customer_id, ports)


def _has_ended(customer_id: str, holder: SlotRequest, ports: Ports) -> bool:
    """Step Functions answers 15 such questions a second: it is asked only where the request's row does not say."""
    row = ports.requests.find(customer_id, holder.request_id) or {}
    attempted = parse_timestamp_or_none(row.get("attemptedAt"))
    if "endedAt" in row or (attempted and ports.clock() - attempted < SUBMISSION_DURATION):
        return "endedAt" in row
    return not ports.tasks.is_running(holder.execution_arn)


def send_heartbeats(
    runs: Iterable[tuple[Document, timedelta]], now: datetime, last_poll_at: object, ports: Ports
) -> None:
    """A heartbeat for each run (row and age) that passed another HEARTBEAT_INTERVAL since the last poll."""
    last_poll = parse_timestamp_or_none(last_poll_at)
    for run, age in runs:
        age_then = max(age - (now - last_poll) - POLL_DURATION, timedelta(0)) if last_poll else timedelta(0)
        request_id = _request_of(run)
        if request_id and age // HEARTBEAT_INTERVAL > age_then // HEARTBEAT_INTERVAL:
            request = ports.requests.find(str(run["customerId"]), request_id) or {}
            if request.get("outcomeToken"):
                ports.tasks.send_heartbeat(request["outcomeToken"])


def _request_of(run: Document) -> str | None:
    """The request that a run belongs to, if WFM started it."""
    request_id = run.get("requestId")
    return request_id if isinstance(request_id, str) else None
