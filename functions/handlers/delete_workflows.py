"""DeleteWorkflows: the tenant's workflows in AMC go, where that was asked for; their rows stay as history."""

from typing import Any

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError
from wfm.model.statuses import SyncStatus
from wfm.model.tenants import from_row


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{deleted}`."""
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
