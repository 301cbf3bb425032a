"""CheckRuns: how much of the tenant's own work still goes on; a look at AMC comes first."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.polling import poll_tenant
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{goingOn}`: requests that hold or wait for a slot, and runs of ours that have not ended."""
    customer_id = event["customerId"]
    row = ports.tenants.find(customer_id) or {}
    if "amcInstanceId" not in row:
        return {"goingOn": 0}
    look = poll_tenant(customer_id, ports, asked=True)
    if look.error and not isinstance(look.error, PermanentError):
        raise look.error
    runs = [run for run in ports.executions.active_runs(customer_id) if run.get("requestId")]
    waiting = ports.gates.line(customer_id, most=1)
    return {"goingOn": len(runs) + len(ports.gates.read(customer_id).holders) + len(waiting)}
