"""SubmitExecution: exactly one POST that counts, or the adoption of the run that an earlier try left behind."""

from typing import Any

from functions.domain.errors import InvalidRequest
from functions.domain.polling import SOONEST
from functions.domain.preparation import active_tenant
from functions.domain.submission import submit
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, requestId}` -> the same with `workflowExecutionId`."""
    customer_id, request_id = event["customerId"], event["requestId"]
    tenant = active_tenant(customer_id, ports.tenants)
    row = ports.requests.find(customer_id, request_id) or {}
    if "endedAt" in row:
        raise InvalidRequest("requestId", f"{request_id!r} has ended as {row['status']}", "a request that goes on")
    if "workflowExecutionId" not in row:
        ports.requests.advance(customer_id, request_id, "SUBMITTING", ports.clock())
    execution_id = submit(row, tenant, ports)
    ports.tenants.look_no_later(customer_id, ports.clock() + SOONEST)
    return {"customerId": customer_id, "requestId": request_id, "workflowExecutionId": execution_id}
