"""CheckWorkflow: whether AMC shows the workflow as desired by now; if so, that goes onto the row."""

from typing import Any

from functions.domain.preparation import active_tenant
from functions.domain.times import iso
from functions.domain.workflows import definition_hash
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, workflowId, desired}` -> `{inSync, changed}`. AMC adds fields of its own: the SQL decides.

    `changed` says that the row has become another one since it was carried to AMC.
    """
    customer_id, workflow_id = event["customerId"], event["workflowId"]
    shown = ports.amc.get_workflow(active_tenant(customer_id, ports.tenants), workflow_id)
    row = ports.workflows.find(customer_id, workflow_id)
    if event["desired"] != ("" if row is None else definition_hash(row)):
        return {"inSync": False, "changed": True}
    if row is None:
        return {"inSync": shown is None, "changed": False}
    in_sync = shown is not None and shown.get("sqlQuery") == row.get("sqlQuery")
    if in_sync:
        fields = {"syncStatus": "SYNCED", "syncReason": "", "definitionHash": event["desired"]}
        ports.workflows.save_sync(customer_id, workflow_id, syncedAt=iso(ports.clock()), **fields)
    return {"inSync": in_sync, "changed": False}
