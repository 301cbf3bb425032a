"""What starts a sync: ids, the predecessor's request to create, update or delete a workflow, or an earlier sync."""

from collections.abc import Mapping

from functions.ports import Ports, Tasks
from functions.services.execution.commands import change_workflow
from wfm.errors import InvalidRequest
from wfm.model.execution_names import event_execution_name
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


def continue_sync(customer_id: str, workflow_id: str, execution: str, machine: str, tasks: Tasks) -> None:
    """ContinueSync: start `machine` (an ARN) anew for the workflow, once for each execution (an ARN) that hands over.

    By ids alone: a predecessor's request has been carried to the row already.
    """
    ids = {"customerId": customer_id, "workflowId": workflow_id}
    tasks.start(machine, event_execution_name(execution, *ids.values()), ids)
