"""PollExecution: ask AMC about one run, for when no news of it came in time; one that is overdue is ended."""

from dataclasses import asdict
from typing import Any

from functions.runtime.entry import entry, logger
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.execution.preparation import active_tenant
from functions.services.tracking.run_deadlines import end_overdue
from wfm.model.outcomes import of_run
from wfm.model.runs import run_row
from wfm.model.statuses import RequestStatus, TenantStatus


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, workflowExecutionId}` -> `{status, reason, error}`, with status RUNNING while it goes on."""
    tenant = active_tenant(event["customerId"], ports.tenants, also=[TenantStatus.OFFBOARDING])
    with refused_access_is_transient():
        run = ports.amc.get_execution(tenant, event["workflowExecutionId"])
    ports.executions.record(run_row(tenant.customer_id, run, ports.clock(), tenant.retention))
    row = ports.executions.find(tenant.customer_id, event["workflowExecutionId"]) or run
    if of_run(row).status == RequestStatus.RUNNING:
        for problem in end_overdue(tenant, [row], ports.clock(), ports):
            logger.warning("an overdue run goes on", problem=problem)
        row = ports.executions.find(tenant.customer_id, event["workflowExecutionId"]) or run
    return asdict(of_run(row))
