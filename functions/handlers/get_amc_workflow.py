"""GetAmcWorkflow: a workflow as AMC shows it by its id."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.amc_contents import tenant_to_read
from wfm.errors import InvalidRequest
from wfm.model.rows import Document
from wfm.model.workflows import is_workflow_id


class GetAmcWorkflowInput(TypedDict, total=False):
    """A tenant's workflow, by ids that are not checked yet."""

    customerId: object
    workflowId: object


class GetAmcWorkflowOutput(TypedDict):
    """`workflow` is None where AMC has none of that id."""

    workflow: Document | None


@entry
def handler(event: GetAmcWorkflowInput, ports: Ports) -> GetAmcWorkflowOutput:
    """Ask AMC for it. InvalidRequest if no workflow is named."""
    workflow_id = event.get("workflowId")
    if not isinstance(workflow_id, str) or not is_workflow_id(workflow_id):
        raise InvalidRequest("workflowId", "is missing or not usable", "the id of a workflow in AMC")
    return {"workflow": ports.amc.get_workflow(tenant_to_read(event, ports.tenants), workflow_id)}
