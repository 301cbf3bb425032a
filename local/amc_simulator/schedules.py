"""`/amc/reporting/{instanceId}/schedules`: what it takes to have some in the way. Writes answer `{}`. [OpenAPI]"""

import re
from typing import Any

from fastapi import APIRouter, Request

from local.amc_simulator.access import Authorized, Current, CurrentCall
from local.amc_simulator.bodies import NextToken, SchedulesResponse, from_token, json_body, page_size, to_token
from local.amc_simulator.errors import AmcError

_ID = re.compile(r"[A-Za-z0-9._-]+")
_PERIODS = ("Daily", "Weekly")

routes = APIRouter(prefix="/amc/reporting/{instance_id}/schedules", default_response_class=SchedulesResponse)


@routes.get("")
async def list_schedules(
    simulator: Current, caller: Authorized, limit: str | None = None, next_token: NextToken = None
) -> SchedulesResponse:
    """All schedules, by id."""
    size = page_size(limit)
    found = simulator.schedules.page(caller.instance.instance_id, from_token(next_token, str) or "", size + 1)
    page: dict[str, object] = {"schedules": found[:size]}
    if len(found) > size:
        page |= {"nextToken": to_token(found[size - 1]["scheduleId"])}
    return SchedulesResponse(page)


@routes.post("")
async def create_schedule(
    request: Request, simulator: Current, caller: Authorized, call: CurrentCall
) -> SchedulesResponse:
    """Save a new one, of a workflow that is there."""
    schedule = _check(await json_body(request))
    call.workflow_id = schedule["workflowId"]
    simulator.workflows.get(caller.instance.instance_id, schedule["workflowId"], missing_status=400)
    simulator.schedules.create(caller.instance.instance_id, schedule)
    return SchedulesResponse({})


@routes.get("/{schedule_id}")
async def get_schedule(schedule_id: str, simulator: Current, caller: Authorized) -> SchedulesResponse:
    """One schedule."""
    return SchedulesResponse(simulator.schedules.get(caller.instance.instance_id, schedule_id))


@routes.delete("/{schedule_id}")
async def delete_schedule(schedule_id: str, simulator: Current, caller: Authorized) -> SchedulesResponse:
    """Forget a schedule."""
    simulator.schedules.delete(caller.instance.instance_id, schedule_id)
    return SchedulesResponse({})


def _check(body: Any) -> dict[str, Any]:
    """The schedule as AMC would store it, else AmcError 400. [fields: OpenAPI]"""
    if not isinstance(body, dict):
        raise AmcError(400, "The request body must be a JSON object.")
    for field in ("scheduleId", "workflowId"):
        if not isinstance(body.get(field), str) or not _ID.fullmatch(body[field]):
            raise AmcError(400, f"{field} may hold letters, digits, '.', '-' and '_' only.")
    if body.get("aggregationPeriod") not in _PERIODS:
        raise AmcError(400, f"aggregationPeriod must be one of {', '.join(_PERIODS)}.")
    return dict(body)
