"""CheckRuns: how many requests and runs of a tenant have not ended; it polls AMC first."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.polling import poll_tenant
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError
from wfm.model.runs import is_active


class CheckRunsOutput(TypedDict):
    """Requests that hold or wait for a slot, and WFM's runs that have not ended.

    `goingOn` is the same number, for executions that version 0.1 started. Goes with version 0.3.
    """

    activeRuns: int
    goingOn: int


@entry
def handler(event: TenantInput, ports: Ports) -> CheckRunsOutput:
    """Poll AMC, then count. A transient error is raised, so that the step is retried."""
    active = _count(event["customerId"], ports)
    return {"activeRuns": active, "goingOn": active}


def _count(customer_id: str, ports: Ports) -> int:
    row = ports.tenants.find(customer_id) or {}
    if "amcInstanceId" not in row:
        return 0
    result = poll_tenant(customer_id, ports, asked=True)
    if result.error and not isinstance(result.error, PermanentError):
        raise result.error
    runs = [run for run in ports.executions.active_runs(customer_id) if run.get("requestId") and is_active(run)]
    waiting = ports.semaphores.waiting(customer_id, limit=1)
    return len(runs) + len(ports.semaphores.read(customer_id).holders) + len(waiting)
