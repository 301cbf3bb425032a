"""Catch-up: sends the requests of fire times that are a quarter of an hour past and have no request.

Such a request has the id that the firing itself would have: it runs once even if both arrive.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.scheduling.scheduling import calendar, disabled_reason
from wfm.calendar.timestamps import iso, parse
from wfm.errors import InvalidRecord
from wfm.model.requests import scheduled_request_id
from wfm.model.rows import ScheduleRow
from wfm.model.schedules import Schedule, fire_times, message, read_applied

FIRING_GRACE: Final = timedelta(minutes=15)  # EventBridge fires within the minute, and repeats what failed at first
MAX_REQUESTS: Final = 100  # at once for one schedule
MAX_FIRE_TIMES: Final = 1000  # fire times, the latest ones
MAX_AGE: Final = timedelta(days=60)  # rows of requests are kept for longer (NAMES_KEPT): they show what has run


def catch_up(customer_id: str, name: str, ports: Ports) -> int:
    """CatchUpSchedules: send the missed requests of a schedule, all or only the last; how many were sent.

    The watermark `coveredUntil` is moved before and after the sending, each time only if nobody else moved it. So two
    parallel calls send once, a call after a crash sends the same times again, and a changed calendar is not touched.
    """
    row = ports.schedules.find(customer_id, name)
    now = ports.clock()
    tenant = ports.tenants.find(customer_id) or {}
    schedule = _in_force(row, tenant.get("status", ""), now)
    if row is None or schedule is None:
        return 0
    seen, until = str(row["coveredUntil"]), now - FIRING_GRACE - schedule.spread
    due = _due(schedule, max(parse(seen), now - MAX_AGE), until)
    missed = _missed(schedule, due, ports)
    chosen = missed[-1:] if schedule.catch_up == "last" else missed[-MAX_REQUESTS:]
    if chosen:
        before = iso(chosen[0] - timedelta(seconds=1))
        if not ports.schedules.advance_watermark(customer_id, name, before, seen):
            return 0
        ports.queues.send(customer_id, [message(schedule, iso(fire_time)) for fire_time in chosen])
        seen = before
    if until > parse(seen):
        ports.schedules.advance_watermark(customer_id, name, iso(until), seen)
    if schedule.catch_up == "all" and len(missed) > len(chosen):
        _record_dropped(customer_id, name, len(chosen), len(missed), ports)
    return len(chosen)


def _in_force(row: ScheduleRow | None, status: str, now: datetime) -> Schedule | None:
    """The schedule, if it catches up, is enabled, and EventBridge has it with this calendar."""
    if row is None or "coveredUntil" not in row or disabled_reason(row, status):
        return None
    try:
        schedule = read_applied(row, now)
    except InvalidRecord:
        return None
    is_known = schedule.catch_up != "skip" and row.get("coveredCalendar") == calendar(schedule)
    return schedule if is_known else None


def _due(schedule: Schedule, covered: datetime, until: datetime) -> Sequence[datetime]:
    """The latest fire times after the watermark."""
    return deque(fire_times(schedule, covered, until), maxlen=MAX_FIRE_TIMES)


def _missed(schedule: Schedule, due: Sequence[datetime], ports: Ports) -> list[datetime]:
    """The fire times without a request, oldest first."""
    ids = {fire_time: scheduled_request_id(schedule.name, iso(fire_time)) for fire_time in due}
    return [fire_time for fire_time in due if ports.requests.find(schedule.customer_id, ids[fire_time]) is None]


def _record_dropped(customer_id: str, name: str, sent: int, missed: int, ports: Ports) -> None:
    """Write the number of dropped times onto the row; the next change of the schedule removes it."""
    reason = f"of its missed times the latest {sent} were made up for; {missed - sent} or more before are dropped"
    ports.schedules.save_state(customer_id, name, scheduleReason=reason)
