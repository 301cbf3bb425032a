"""Counts the slots that active runs take."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from functions.ports import Ports
from functions.services.account_slots import dispatch_tenant, reconcile
from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.model.rows import Document
from wfm.model.semaphore import SlotRequest

SUBMISSION_DURATION: Final = timedelta(minutes=10)  # of one that is going well, at most


def sync_slots(customer_id: str, runs: Iterable[Document], ports: Ports) -> bool:
    """Count active runs without a holder as external, since AMC counts them too. `runs` are their rows.

    A holder whose execution has ended, though its slot was not released, is removed. Whether a holder is left that has
    no run: that is for a moment, or a slot that a later poll will find lost.
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
    return any(request_id not in requests for request_id in semaphore.holders)


def _has_ended(customer_id: str, holder: SlotRequest, ports: Ports) -> bool:
    """Step Functions answers 15 such questions a second: it is asked only where the request's row does not say."""
    row = ports.requests.find(customer_id, holder.request_id) or {}
    attempted = parse_timestamp_or_none(row.get("attemptedAt"))
    if "endedAt" in row or (attempted and ports.clock() - attempted < SUBMISSION_DURATION):
        return "endedAt" in row
    return not ports.tasks.is_running(holder.execution_arn)


def _request_of(run: Document) -> str | None:
    """The request that a run belongs to, if WFM started it."""
    request_id = run.get("requestId")
    return request_id if isinstance(request_id, str) else None
