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
            with_it = ports.amc.delete_workflow(from_row(row), workflow_id)
            besides = f", with AMC's own schedules {', '.join(with_it)}" if with_it else ""
            reason = f"the tenant was removed{besides}"
            ports.workflows.save_sync(
                customer_id, workflow_id, syncStatus=SyncStatus.DELETED, syncReason=reason, definitionHash=None
            )
            deleted += 1
        except PermanentError as exc:
            ports.workflows.save_sync(customer_id, workflow_id, syncReason=str(exc))
            logger.warning("a workflow stays in AMC", **log_fields(exc))
    return {"deleted": deleted}
