"""When a request releases its slot and is requeued, by SlotReleased: AMC does not accept its POST.

The request's row keeps what is known of the attempt: the next one, with the next slot, first searches for a run that
this attempt may have left behind. After very many times the request is continued by a new execution, whose history is
empty.
"""

from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.account_slots import release_slot
from functions.services.availability import OUTAGE_TOLERANCE, open_circuit
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, AmcUnavailable, PermanentError, SlotReleased
from wfm.model.availability import refuses_access
from wfm.model.execution_names import event_execution_name
from wfm.model.rows import RequestRow, TenantRow
from wfm.model.semaphore import waiting_key

MAX_REFUSALS: Final = 5  # of one request; then it lets others pass, so that it shows whether AMC takes theirs
MAX_THROTTLE: Final = timedelta(hours=1)  # for which a slot is held


def require_slot(tenant: TenantRow, request_id: str, ports: Ports) -> None:
    """SlotReleased if the tenant's row is degraded, or the request holds no slot: an earlier attempt released it."""
    customer_id = tenant["customerId"]
    if "degradedReason" in tenant:
        release_slot(customer_id, request_id, tenant, ports)
        raise SlotReleased(f"AMC refuses {customer_id}: {tenant['degradedReason']}")
    if request_id not in ports.semaphores.read(customer_id).holders:
        raise SlotReleased(f"{request_id} holds no slot")


def after_refusal(refusal: PermanentError, row: RequestRow, tenant: TenantRow, ports: Ports) -> None:
    """Open the circuit if AMC refuses the tenant; raise a refusal of the request itself.

    A request counts as refused itself once AMC has refused it MAX_REFUSALS times, and has accepted another one of the
    tenant since. AMC's answers do not tell the two apart.
    """
    request_id, now = row["requestId"], iso(ports.clock())
    refusals, first = row.get("refusals", 0) + 1, row.get("refusedAt", now)
    takes_others = tenant.get("postAcceptedAt", "") > first
    if not refuses_access(refusal) or (refusals > MAX_REFUSALS and takes_others):
        raise refusal
    requeued = {"placeInLine": waiting_key(request_id, row["priority"], now)} if refusals >= MAX_REFUSALS else {}
    ports.requests.save(tenant["customerId"], request_id, refusals=refusals, refusedAt=first, **requeued)
    # An answered poll closes the circuit after a refusal by Login with Amazon, but not after refused POSTs.
    _degrade(tenant, request_id, refusal, ports, posting=isinstance(refusal, AmcRefused))


def after_no_answer(error: Exception, request_id: str, tenant: TenantRow, tries_since: datetime, ports: Ports) -> None:
    """Open the circuit if AMC has not answered the tenant's POSTs for OUTAGE_TOLERANCE.

    Throttling opens no circuit, but the request is requeued after MAX_THROTTLE.
    """
    tried_for = ports.clock() - tries_since
    if isinstance(error, AmcUnavailable) and ("refusedPosts" in tenant or tried_for >= OUTAGE_TOLERANCE):
        _degrade(tenant, request_id, error, ports, posting=True)
    if tried_for >= MAX_THROTTLE:
        customer_id = tenant["customerId"]
        release_slot(customer_id, request_id, ports.tenants.find(customer_id), ports)
        raise SlotReleased(f"AMC has taken nothing of {request_id} for {MAX_THROTTLE}: {error}")


def _degrade(tenant: TenantRow, request_id: str, error: Exception, ports: Ports, *, posting: bool) -> None:
    customer_id = tenant["customerId"]
    open_circuit(customer_id, str(error), ports, posting=posting)
    require_slot(ports.tenants.find(customer_id) or tenant, request_id, ports)


def continue_execution(customer_id: str, request_id: str, execution_arn: str, machine: str, ports: Ports) -> str:
    """ContinueExecution: start `machine` (an ARN) anew for a request that holds no slot; the new execution's ARN.

    Idempotent: one execution is started for each that hands over. The request's row names the new one before the old
    one ends, so that a sweep does not take the request for left open, and a cancellation stops the one that runs.
    """
    ids = {"customerId": customer_id, "requestId": request_id}
    name = event_execution_name(execution_arn, *ids.values())
    started = ports.tasks.start(machine, name, ids)
    ports.requests.save(customer_id, request_id, executionArn=started)
    return started
