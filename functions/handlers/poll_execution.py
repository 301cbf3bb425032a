"""PollExecution: asks AMC about one run when no heartbeat came in time; an overdue run is cancelled."""

from typing import NotRequired, TypedDict

from functions.runtime.entry import entry, logger
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.execution.preparation import active_tenant
from functions.services.tracking.run_deadlines import end_overdue
from wfm.model.outcomes import OutcomeDocument, of_run
from wfm.model.runs import run_row
from wfm.model.statuses import RequestStatus, TenantStatus


class PollExecutionInput(TypedDict):
    """A request and its run."""

    customerId: str
    requestId: str
    workflowExecutionId: str
    traceId: NotRequired[str]


@entry
def handler(event: PollExecutionInput, ports: Ports) -> OutcomeDocument:
    """The run's outcome; its status is RUNNING while the run is active."""
    tenant = active_tenant(event["customerId"], ports.tenants, also=[TenantStatus.OFFBOARDING])
    with refused_access_is_transient():
        run = ports.amc.get_execution(tenant, event["workflowExecutionId"])
    ports.executions.record(run_row(tenant.customer_id, run, ports.clock(), tenant.retention))
    row = ports.executions.find(tenant.customer_id, event["workflowExecutionId"]) or run
    if of_run(row).status == RequestStatus.RUNNING:
        for problem in end_overdue(tenant, [row], ports.clock(), ports):
            logger.warning("an overdue run is still active", problem=problem)
        row = ports.executions.find(tenant.customer_id, event["workflowExecutionId"]) or run
    return of_run(row).to_document()
