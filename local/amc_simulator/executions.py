"""`/amc/reporting/{instanceId}/workflowExecutions`. Bodies are flat. [sample collection]"""

from fastapi import APIRouter, Request

from local.amc_simulator.access import Authorized, Caller, Current, CurrentCall
from local.amc_simulator.bodies import (
    ExecutionsResponse,
    IncludeWorkflow,
    WrittenResponse,
    from_token,
    is_true,
    json_body,
    page_size,
    to_token,
)
from local.amc_simulator.downloads import Kind, output_path
from local.amc_simulator.errors import AmcError, not_downloadable, unknown_execution
from local.amc_simulator.execution_view import execution_view
from local.amc_simulator.list_query import read_query
from local.amc_simulator.ordering import place_order
from local.amc_simulator.results import result_parts
from local.amc_simulator.runs import Run, Status
from local.amc_simulator.simulator import Simulator

routes = APIRouter(prefix="/amc/reporting/{instance_id}/workflowExecutions", default_response_class=ExecutionsResponse)


@routes.get("")
async def list_executions(request: Request, simulator: Current, caller: Authorized) -> ExecutionsResponse:
    """Newest first, cancelled ones hidden, unless the query says otherwise."""
    parameters = dict(request.query_params)
    size = page_size(parameters.get("limit"))
    position = from_token(parameters.get("nextToken"), int)
    lag = simulator.configuration.listing_lag_seconds
    visible_until = simulator.wall() - lag if lag else float("inf")
    query = read_query(caller.instance.instance_id, parameters, size, position, visible_until)
    page = simulator.engine.history.page(query)
    include_workflow = is_true(parameters.get("includeWorkflow"))
    shown = [execution_view(run, simulator.configuration, include_workflow) for run in page.runs]
    body: dict[str, object] = {"executions": shown}
    if page.position is not None:
        body["nextToken"] = to_token(page.position)
    return ExecutionsResponse(body)


@routes.post("")
async def create_execution(
    request: Request, simulator: Current, caller: Authorized, call: CurrentCall
) -> ExecutionsResponse:
    """Start a run. There is no idempotency key: the same body twice is two runs. [OpenAPI has none]"""
    run = place_order(simulator, caller.instance, await json_body(request), client_id=caller.credential.client_id)
    call.workflow_id, call.workflow_execution_id = run.order.workflow_id, run.execution_id
    return ExecutionsResponse(execution_view(run, simulator.configuration))


@routes.get("/{execution_id}")
async def get_execution(
    execution_id: str,
    simulator: Current,
    caller: Authorized,
    call: CurrentCall,
    include_workflow: IncludeWorkflow = None,
) -> ExecutionsResponse:
    """One run."""
    run = _find(simulator, caller, execution_id, call)
    return ExecutionsResponse(execution_view(run, simulator.configuration, is_true(include_workflow)))


@routes.put("/{execution_id}")
async def update_execution(
    execution_id: str, request: Request, simulator: Current, caller: Authorized, call: CurrentCall
) -> WrittenResponse:
    """Cancel by `{"status": "CANCELLED"}`; other fields are ignored. [OpenAPI]"""
    run = _find(simulator, caller, execution_id, call)
    body = await json_body(request)
    if not isinstance(body, dict) or body.get("status", "CANCELLED") != "CANCELLED":
        raise AmcError(400, "The status of an execution can only be changed to CANCELLED.")
    if "status" in body:
        _cancel(simulator, run)
    return WrittenResponse()


@routes.delete("/{execution_id}")
async def delete_execution(
    execution_id: str, simulator: Current, caller: Authorized, call: CurrentCall
) -> WrittenResponse:
    """Cancel too. [guide; not in the OpenAPI]"""
    _cancel(simulator, _find(simulator, caller, execution_id, call))
    return WrittenResponse()


@routes.get("/{execution_id}/downloadUrls")
async def get_download_urls(
    execution_id: str, request: Request, simulator: Current, caller: Authorized, call: CurrentCall
) -> ExecutionsResponse:
    """Links to at most five result parts and to the metadata."""
    run = _find(simulator, caller, execution_id, call)
    if run.status is not Status.SUCCEEDED or run.order.dry_run:
        raise not_downloadable(execution_id)
    lifetime = simulator.configuration.download_link_seconds
    ends_at = int(simulator.wall()) + lifetime

    def links(kind: Kind, count: int) -> list[str]:
        paths = [output_path(execution_id, kind, part) for part in range(count)]
        base = str(request.base_url).rstrip("/")
        return [f"{base}{path}?{simulator.links.query(path, ends_at, lifetime)}" for path in paths]

    parts = len(result_parts(run, simulator.configuration.result_parts))
    return ExecutionsResponse({"downloadUrls": links("result", parts), "metadataDownloadUrls": links("metadata", 1)})


def _find(simulator: Simulator, caller: Caller, execution_id: str, call: CurrentCall) -> Run:
    call.workflow_execution_id = execution_id
    run = simulator.engine.history.get(caller.instance.instance_id, execution_id)
    if run is None:
        raise unknown_execution(execution_id, simulator.configuration.unknown_execution_status)
    call.workflow_id = run.order.workflow_id
    return run


def _cancel(simulator: Simulator, run: Run) -> None:
    if not simulator.engine.cancel(run, simulator.wall()):
        raise AmcError(400, f"Workflow execution with ID {run.execution_id} is {run.status} and cannot be cancelled.")
    simulator.changed.set()
