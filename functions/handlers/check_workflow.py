"""CheckWorkflow: whether AMC shows the workflow as desired by now; if so, that goes onto the row."""

from typing import Any

from functions.domain.preparation import active_tenant
from functions.domain.times import iso
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, workflowId, desired}` -> `{inSync}`. AMC adds fields of its own: the SQL decides."""
    customer_id, workflow_id = event["customerId"], event["workflowId"]
    shown = ports.amc.get_workflow(active_tenant(customer_id, ports.tenants), workflow_id)
    row = ports.workflows.find(customer_id, workflow_id)
    if row is None or not event["desired"]:
        return {"inSync": shown is None}
    in_sync = shown is not None and shown.get("sqlQuery") == row.get("sqlQuery")
    if in_sync:
        fields = {"syncStatus": "SYNCED", "syncReason": "", "definitionHash": event["desired"]}
        ports.workflows.save_sync(customer_id, workflow_id, syncedAt=iso(ports.clock()), **fields)
    return {"inSync": in_sync}
