"""What a request that has not ended waits for, in one sentence: the answer to "why does it not run?"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wfm.client.executions.runs import Run
from wfm.client.records import Request, Tenant
from wfm.client.tenants.details import GateUse
from wfm.model.availability import DEGRADED

if TYPE_CHECKING:
    from wfm.store.tables import Tables

SHOWN: Final = 5  # holders of slots by name
NO_GATE: Final = GateUse((), 0, ())
SERVED: Final = ("ACTIVE", DEGRADED)


def look(run: Run, tables: "Tables") -> str:
    """The sentence for a run, "" for one that has ended or that nobody asked for here. Three reads at most."""
    request = run.request
    if request is None or request.ended:
        return ""
    tenant = Tenant.from_row(tables.tenant(request.customer_id) or {"customerId": request.customer_id})
    if request.status != "WAITING":
        return awaited(run, tenant, NO_GATE)
    gate = tables.gates([request.customer_id])[request.customer_id]
    return awaited(run, tenant, GateUse.of(gate, tables.line(request.customer_id)))


def awaited(run: Run, tenant: Tenant, gate: GateUse) -> str:
    """From what is known already; `gate` matters only to a request that is WAITING."""
    request = run.request
    if request is None or request.ended:
        return ""
    if request.status == "RUNNING":
        return _of_amc(run, tenant)
    if request.status == "SUBMITTING":
        return f"AMC to accept it, which was tried {request.row.get('attempts', 0)} times so far{_silence(tenant)}"
    held = held_up(tenant)
    if request.status == "WAITING":
        return _of_a_slot(request, tenant, gate, held)
    return held or "its execution, which is about to begin"


def _of_amc(run: Run, tenant: Tenant) -> str:
    status = run.execution.status if run.execution else "PENDING"
    where = "in AMC's own queue (PENDING)" if status == "PENDING" else f"{status} there"
    return f"AMC: it is {where}{_silence(tenant)}"


def _silence(tenant: Tenant) -> str:
    failure = tenant.row.get("lookFailure")
    since = tenant.row.get("failingSince")
    return f"; looks at AMC fail{f' since {since}' if since else ''}: {failure}" if failure else ""


def held_up(tenant: Tenant) -> str:
    """What keeps all requests of the tenant, "" if nothing does."""
    resume = f"`wfm tenants resume {tenant.customer_id}`"
    if tenant.status == DEGRADED:
        until = tenant.row.get("degradedUntil")
        again = f"it is tried again after {until}" if until else "it goes on by itself when AMC answers"
        since = tenant.row.get("degradedSince")
        return f"the tenant, DEGRADED since {since}: {tenant.reason}; {again}, at once with {resume}"
    if tenant.status == "PAUSED":
        return f"the tenant, which is PAUSED: {resume} lets it go on"
    if tenant.status not in SERVED:
        return f"the tenant, which is {tenant.status}" + (f": {tenant.reason}" if tenant.reason else "")
    return ""


def _of_a_slot(request: Request, tenant: Tenant, gate: GateUse, held: str) -> str:
    if request.request_id not in gate.line:
        return "its execution, which goes on: it has a slot"
    place = gate.line.index(request.request_id) + 1
    stands = "next in line" if place == 1 else f"place {place} of {len(gate.line)} in line"
    if held:
        return f"{held} ({stands})"
    turns = ", workflows take turns" if gate.fair else ""
    return f"a slot ({stands}{turns}): {_taken(tenant, gate)}"


def _taken(tenant: Tenant, gate: GateUse) -> str:
    holders = _some(gate.holders)
    elsewhere = f"{gate.external} started elsewhere" if gate.external else ""
    by = " and ".join(part for part in (holders, elsewhere) if part)
    return f"{gate.running} of {tenant.limit} are taken" + (f", by {by}" if by else "")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
