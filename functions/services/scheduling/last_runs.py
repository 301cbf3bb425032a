"""What a schedule last asked for, noted where people look at schedules."""

from functions.ports import Schedules
from wfm.calendar.timestamps import iso, parse
from wfm.model.requests import SCHEDULE_SOURCE, ExecutionRequest


def record_run(request: ExecutionRequest, schedules: Schedules) -> None:
    """Note the run on its schedule's row, if a schedule asks for it."""
    if request.source.startswith(SCHEDULE_SOURCE) and request.scheduled_time:
        name, at = request.source.removeprefix(SCHEDULE_SOURCE), iso(parse(request.scheduled_time))
        schedules.record_run(request.customer_id, name, at, request.request_id)
