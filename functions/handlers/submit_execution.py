"""SubmitExecution: exactly one POST that counts, or the adoption of the run that an earlier try left behind.

Where AMC does not let the tenant in, the request gives its slot back and waits in the line until it does. One that is
refused again and again, while AMC answers the looks in between, is refused for itself.
"""

from typing import Any, Final

from functions.domain.errors import AmcRefused, AmcUnavailable, InvalidRequest, PermanentError, SlotLost
from functions.domain.execution_lifecycle.preparation import active_in
from functions.domain.execution_lifecycle.submission import submit
from functions.domain.execution_tracking.polling import SOONEST
from functions.domain.ports import Row
from functions.domain.tenant_onboarding.degrading import degrade, post_accepted, refuses_access
from functions.domain.times import parse
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports

MOST_REFUSALS: Final = 5  # of one request; between any two of them AMC let the tenant in


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, requestId}` -> the same with `workflowExecutionId`."""
    customer_id, request_id = event["customerId"], event["requestId"]
    known = ports.tenants.find(customer_id) or {}
    tenant = active_in(customer_id, known or None)
    row = ports.requests.find(customer_id, request_id) or {}
    if "endedAt" in row:
        raise InvalidRequest("requestId", f"{request_id!r} has ended as {row['status']}", "a request that goes on")
    if "workflowExecutionId" not in row:
        require_slot(known, request_id, ports)
        if "waitingAt" in row and "submittingAt" not in row:
            ports.metrics.seconds("SlotWait", (ports.clock() - parse(row["waitingAt"])).total_seconds())
    try:
        execution_id = submit(row, tenant, ports)
    except PermanentError as exc:
        refusals = int(row.get("refusals", 0)) + 1
        if not refuses_access(exc) or refusals > MOST_REFUSALS:
            raise
        ports.requests.save(customer_id, request_id, refusals=refusals)
        # Whom Login with Amazon refuses, the next answered look proves; of POSTs that AMC refuses it proves nothing.
        degrade(customer_id, str(exc), ports, posting=isinstance(exc, AmcRefused))
        require_slot(ports.tenants.find(customer_id) or known, request_id, ports)
        raise AmcUnavailable(str(exc), sent=False) from exc  # AMC has answered a look meanwhile
    if "refusedPosts" in known:
        post_accepted(customer_id, ports)
    ports.tenants.look_no_later(customer_id, ports.clock() + SOONEST)
    return {"customerId": customer_id, "requestId": request_id, "workflowExecutionId": execution_id}


def require_slot(tenant: Row, request_id: str, ports: Ports) -> None:
    """SlotLost when the tenant, by its row, is degraded, or the request holds no slot: a try may have given it back."""
    customer_id = tenant["customerId"]
    if "degradedReason" in tenant:
        ports.gates.leave(customer_id, request_id)
        raise SlotLost(f"AMC does not let {customer_id} in: {tenant['degradedReason']}")
    if request_id not in ports.gates.read(customer_id).holders:
        raise SlotLost(f"{request_id} holds no slot")
