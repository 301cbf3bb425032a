"""SyncWorkflow: make AMC's workflow what the row says now, whatever the event that started this saw."""

from typing import Any

from functions.domain.errors import NotReadyYet, UnknownWorkflow
from functions.domain.preparation import active_tenant
from functions.domain.workflows import definition, definition_hash
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, workflowId}` -> `{desired: hash}`, with "" when the row is gone and the workflow deleted in AMC."""
    customer_id, workflow_id = event["customerId"], event["workflowId"]
    if ports.tenants.find(customer_id) is None:
        raise NotReadyYet(f"customerId: {customer_id!r} is not onboarded yet")
    tenant = active_tenant(customer_id, ports.tenants)
    row = ports.workflows.find(customer_id, workflow_id)
    if row is None:
        ports.amc.delete_workflow(tenant, workflow_id)
        return {"desired": ""}
    if not row.get("sqlQuery"):
        raise UnknownWorkflow(f"sqlQuery: {workflow_id!r} has none; allowed: AMC SQL")
    ports.amc.put_workflow(tenant, definition(row))
    return {"desired": definition_hash(row)}
