"""What starts a sync: ids, or the later predecessor's request to create, update or delete a workflow."""

from collections.abc import Mapping

from functions.ports import Ports
from functions.services.execution.commands import change_workflow
from wfm.errors import InvalidRequest
from wfm.model.predecessors import CommandKind, read_command
from wfm.model.requests import customer_id_of
from wfm.model.workflows import is_workflow_id


def require_workflow(customer_id: object, workflow_id: object) -> None:
    """InvalidRequest for an execution that was started without the ids of a tenant's workflow."""
    customer_id_of({"customerId": customer_id} if customer_id else {})
    if not is_workflow_id(workflow_id):
        problem = f"{workflow_id!r:.80} is not usable" if workflow_id else "is missing"
        raise InvalidRequest("workflowId", problem, "the id of a workflow of the tenant")


def apply_request(document: object, execution: str, ports: Ports) -> None:
    """Carry a predecessor's request to the row, once for this execution: what somebody changes later stays."""
    if not isinstance(document, Mapping) or "workflowRequest" not in document:
        return
    command = read_command(document)
    if command is None or command.kind == CommandKind.GET:
        allowed = "createWorkflow, updateWorkflow or deleteWorkflow; execution_lifecycle answers the others"
        raise InvalidRequest("workflowRequest.requestType", "is nothing to sync", allowed)
    row = ports.workflows.find(command.customer_id, command.workflow_id)
    if (row or {}).get("syncExecution") != execution:
        change_workflow(command, ports)
