"""`/amc/reporting/{instanceId}/workflows`. Bodies are flat, writes answer `{}`. [sample collection]"""

from typing import Any

from fastapi import APIRouter, Request

from local.amc_simulator.access import Authorized, Current, CurrentCall
from local.amc_simulator.bodies import (
    NextToken,
    WorkflowsResponse,
    WrittenResponse,
    from_token,
    json_body,
    page_size,
    to_token,
)
from local.amc_simulator.compiler import compile_problem
from local.amc_simulator.echo import echo_workflow
from local.amc_simulator.errors import AmcError
from local.amc_simulator.workflow_definition import read_workflow

routes = APIRouter(prefix="/amc/reporting/{instance_id}/workflows", default_response_class=WorkflowsResponse)


@routes.get("")
async def list_workflows(
    simulator: Current, caller: Authorized, limit: str | None = None, next_token: NextToken = None
) -> WorkflowsResponse:
    """All saved workflows, by id."""
    size = page_size(limit)
    found = simulator.workflows.page(caller.instance.instance_id, from_token(next_token, str) or "", size + 1)
    page: dict[str, object] = {"workflows": [_shown(simulator, definition) for definition in found[:size]]}
    if len(found) > size:
        page |= {"nextToken": to_token(found[size - 1]["workflowId"])}
    return WorkflowsResponse(page)


@routes.post("")
async def create_workflow(
    request: Request, simulator: Current, caller: Authorized, call: CurrentCall
) -> WrittenResponse:
    """Save a new one."""
    definition = read_workflow(await json_body(request))
    call.workflow_id = definition["workflowId"]
    _compile(simulator, caller.instance.instance_id, definition)
    simulator.workflows.create(caller.instance.instance_id, definition, simulator.configuration.duplicate)
    return WrittenResponse()


@routes.get("/{workflow_id}")
async def get_workflow(
    workflow_id: str, simulator: Current, caller: Authorized, call: CurrentCall
) -> WorkflowsResponse:
    """One definition."""
    call.workflow_id = workflow_id
    return WorkflowsResponse(_shown(simulator, simulator.workflows.get(caller.instance.instance_id, workflow_id)))


@routes.put("/{workflow_id}")
async def update_workflow(
    workflow_id: str, request: Request, simulator: Current, caller: Authorized, call: CurrentCall
) -> WrittenResponse:
    """Replace a definition. Runs under way keep the one they started with."""
    call.workflow_id = workflow_id
    definition = read_workflow(await json_body(request), workflow_id)
    _compile(simulator, caller.instance.instance_id, definition)
    simulator.workflows.replace(caller.instance.instance_id, definition)
    return WrittenResponse()


@routes.delete("/{workflow_id}")
async def delete_workflow(
    workflow_id: str, simulator: Current, caller: Authorized, call: CurrentCall
) -> WrittenResponse:
    """Forget a workflow, unless a schedule references it."""
    call.workflow_id = workflow_id
    simulator.schedules.check_unused(caller.instance.instance_id, workflow_id)
    simulator.workflows.delete(caller.instance.instance_id, workflow_id)
    return WrittenResponse()


def _shown(simulator: Current, definition: dict[str, Any]) -> dict[str, Any]:
    return echo_workflow(definition) if simulator.configuration.echo == "amc" else definition


def _compile(simulator: Current, instance_id: str, definition: dict[str, object]) -> None:
    problem = compile_problem(str(definition["workflowId"]), definition, simulator.tables_of(instance_id))
    if problem and simulator.configuration.validation == "synchronous":
        raise AmcError(400, problem)
