"""Counts the slots that active runs take."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from functions.ports import Ports
from functions.services.account_slots import dispatch_tenant, reconcile
from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.model.rows import Document, TenantRow
from wfm.model.semaphore import SlotRequest
from wfm.model.tenants import slots_of

SUBMISSION_DURATION: Final = timedelta(minutes=10)  # of one that is going well, at most


def sync_slots(tenant: TenantRow, runs: Iterable[Document], ports: Ports) -> bool:
    """Count active runs without a holder as external, since AMC counts them too. `runs` are their rows.

    A holder whose execution has ended, though its slot was not released, is removed. Slots are granted only if
    somebody may be waiting for one: what was lost in a crash is found here. Whether a holder is left that has no run:
    that is for a moment, or a slot that a later poll will find lost.
    """
    customer_id, requests = tenant["customerId"], [_request_of(run) for run in runs]
    slots = slots_of(tenant)
    state = ports.semaphores.state(customer_id, slots)
    gone = {each.request_id for each in state.holders if each.request_id not in requests}
    gone = {each.request_id for each in state.holders if each.request_id in gone and _has_ended(each, ports)}
    for request_id in gone:
        ports.semaphores.leave(customer_id, request_id)
    semaphore = replace(state.semaphore, holders=state.semaphore.holders - gone)
    external = sum(request not in semaphore.holders for request in requests)
    if external != semaphore.external:
        ports.semaphores.count_external(customer_id, external)
    others_wait = reconcile(
        customer_id,
        tenant,
        semaphore.holders,
        external,
        ports,
        holders_now=lambda: ports.semaphores.read(customer_id).holders,
    )
    is_freed = bool(gone) or external < semaphore.external  # of which somebody who came meanwhile does not know
    may_run = state.waits and replace(semaphore, external=external).free(slots) > 0
    if state.is_owed or is_freed or may_run or others_wait:
        dispatch_tenant(customer_id, ports)
    return any(request_id not in requests for request_id in semaphore.holders)


def _has_ended(holder: SlotRequest, ports: Ports) -> bool:
    """Step Functions answers 15 such questions a second: it is asked only where the request's row does not say."""
    row = ports.requests.find(holder.customer_id, holder.request_id) or {}
    attempted = parse_timestamp_or_none(row.get("attemptedAt"))
    if "endedAt" in row or (attempted and ports.clock() - attempted < SUBMISSION_DURATION):
        return "endedAt" in row
    return not ports.tasks.is_running(holder.execution_arn)


def _request_of(run: Document) -> str | None:
    """The request that a run belongs to, if WFM started it."""
    request_id = run.get("requestId")
    return request_id if isinstance(request_id, str) else None
