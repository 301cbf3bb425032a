"""DeleteWorkflows: deletes the tenant's workflows in AMC; their rows stay as history."""

from typing import TypedDict

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.inputs import TenantInput
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError
from wfm.model.statuses import SyncStatus
from wfm.model.tenants import from_row


class DeleteWorkflowsOutput(TypedDict):
    """How many workflows AMC no longer has."""

    deleted: int


@entry
def handler(event: TenantInput, ports: Ports) -> DeleteWorkflowsOutput:
    """Delete each; if AMC refuses, its reason goes onto the workflow's row, and the others follow."""
    customer_id, deleted = event["customerId"], 0
    row = ports.tenants.find(customer_id) or {}
    for workflow_id in ports.workflows.ids(customer_id) if "amcInstanceId" in row else []:
        try:
            schedule_ids = ports.amc.delete_workflow(from_row(row), workflow_id)
            and_schedules = f", with AMC's own schedules {', '.join(schedule_ids)}" if schedule_ids else ""
            reason = f"the tenant was removed{and_schedules}"
            ports.workflows.save_sync(
                customer_id, workflow_id, syncStatus=SyncStatus.DELETED, syncReason=reason, definitionHash=None
            )
            deleted += 1
        except PermanentError as exc:
            ports.workflows.save_sync(customer_id, workflow_id, syncReason=str(exc))
            logger.warning("a workflow stays in AMC", **log_fields(exc))
    return {"deleted": deleted}
