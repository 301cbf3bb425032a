"""What a request that has not ended waits for, in one sentence: the answer to "why does it not run?"."""

from collections.abc import Sequence
from typing import Final

from wfm.client.records import Request, Tenant
from wfm.client.runs.run import Run
from wfm.client.tenants.details import SlotUse
from wfm.client.tenants.explain_wait import explain_wait
from wfm.model.tenants import ACCOUNT_LIMIT

SHOWN: Final = 5  # holders of slots by name
NO_SLOTS: Final = SlotUse((), 0, ())


def wait_reason(run: Run, tenant: Tenant, slots: SlotUse) -> str:
    """Why a run waits, by what is known already; `slots` matter only to a request that is WAITING."""
    request = run.request
    if request is None or request.ended:
        return ""
    if request.status == "RUNNING":
        return _of_amc(run, tenant)
    if request.status == "SUBMITTING":
        return f"AMC to accept it, which was tried {request.row.get('attempts', 0)} times so far{_silence(tenant)}"
    held = explain_wait(tenant)
    if request.status == "WAITING":
        return _of_a_slot(request, tenant, slots, held)
    return held or "its execution, which is about to begin"


def _of_amc(run: Run, tenant: Tenant) -> str:
    status = run.execution.status if run.execution else "PENDING"
    where = "in AMC's own queue (PENDING)" if status == "PENDING" else f"{status} there"
    return f"AMC: it is {where}{_silence(tenant)}"


def _silence(tenant: Tenant) -> str:
    since = tenant.row.get("failingSince")
    error = tenant.poll_error
    return f"; polls of AMC fail{f' since {since}' if since else ''}: {error}" if error else ""


def _of_a_slot(request: Request, tenant: Tenant, slots: SlotUse, held: str) -> str:
    if request.request_id not in slots.waiting:
        return "its execution, which continues: it has a slot"
    place = slots.waiting.index(request.request_id) + 1
    position = "next" if place == 1 else f"number {place} of {len(slots.waiting)} that wait"
    if held:
        return f"{held} ({position})"
    turns = ", workflows take turns" if slots.fair else ""
    return f"a slot ({position}{turns}): {_taken(tenant, slots)}"


def _taken(tenant: Tenant, slots: SlotUse) -> str:
    holders = _some(slots.holders)
    elsewhere = f"{slots.external} started elsewhere" if slots.external else ""
    by = " and ".join(part for part in (holders, elsewhere) if part)
    taken = f"{slots.running} of {tenant.limit} are taken" + (f", by {by}" if by else "")
    if tenant.account_id and slots.running < tenant.limit:
        return f"{taken}; it needs one of the {ACCOUNT_LIMIT} of its AMC account, too, which its tenants share"
    return taken


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
