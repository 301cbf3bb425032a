"""`/amc/reporting/{instanceId}/schedules`: AMC's own schedules. Writes answer `{}`. [OpenAPI]"""

import re
from typing import Any

from fastapi import APIRouter, Request

from local.amc_simulator.access import Authorized, Current, CurrentCall
from local.amc_simulator.bodies import (
    NextToken,
    SchedulesResponse,
    WrittenResponse,
    from_token,
    json_body,
    page_size,
    to_token,
)
from local.amc_simulator.errors import AmcError
from local.amc_simulator.shapes import check_booleans, check_choice, check_integer, check_texts

_ID = re.compile(r"[A-Za-z0-9._-]+")
_PERIODS = ("Daily", "Weekly")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

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
) -> WrittenResponse:
    """Save a new one, of a workflow that is there."""
    schedule = _check(await json_body(request))
    call.workflow_id = schedule["workflowId"]
    simulator.workflows.get(caller.instance.instance_id, schedule["workflowId"], missing_status=400)
    simulator.schedules.create(caller.instance.instance_id, schedule)
    return WrittenResponse()


@routes.get("/{schedule_id}")
async def get_schedule(schedule_id: str, simulator: Current, caller: Authorized) -> SchedulesResponse:
    """One schedule."""
    return SchedulesResponse(simulator.schedules.get(caller.instance.instance_id, schedule_id))


@routes.put("/{schedule_id}")
async def update_schedule(
    schedule_id: str, request: Request, simulator: Current, caller: Authorized, call: CurrentCall
) -> WrittenResponse:
    """Replace a schedule."""
    schedule = _check(await json_body(request), schedule_id)
    call.workflow_id = schedule["workflowId"]
    simulator.workflows.get(caller.instance.instance_id, schedule["workflowId"], missing_status=400)
    simulator.schedules.replace(caller.instance.instance_id, schedule)
    return WrittenResponse()


@routes.delete("/{schedule_id}")
async def delete_schedule(schedule_id: str, simulator: Current, caller: Authorized) -> WrittenResponse:
    """Forget a schedule."""
    simulator.schedules.delete(caller.instance.instance_id, schedule_id)
    return WrittenResponse()


def _check(body: Any, schedule_id: str | None = None) -> dict[str, Any]:
    """The schedule as AMC would store it, else AmcError 400. `schedule_id`: that of the path. [fields: OpenAPI]"""
    if not isinstance(body, dict):
        raise AmcError(400, "The request body must be a JSON object.")
    body = body if schedule_id is None else {"scheduleId": schedule_id, **body}
    if schedule_id not in (None, body.get("scheduleId")):
        raise AmcError(400, "scheduleId in the body differs from the one in the path.")
    for field in ("scheduleId", "workflowId"):
        if not isinstance(body.get(field), str) or not _ID.fullmatch(body[field]):
            raise AmcError(400, f"{field} may hold letters, digits, '.', '-' and '_' only.")
    if body.get("aggregationPeriod") not in _PERIODS:
        raise AmcError(400, f"aggregationPeriod must be one of {', '.join(_PERIODS)}.")
    check_texts(body, "marketplaceId")
    check_choice(body, "aggregationStartDay", _DAYS)
    check_integer(body, "aggregationHourUtc", 0, 23)
    check_booleans(body, "scheduleEnabled", "requireSyntheticData", "disableAggregationControls")
    return dict(body)
