"""Missed fire times are made up for: those whose request nobody has seen a quarter of an hour later.

A made-up request has the id that the firing itself would have had, so it runs once even if both arrive.
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
from wfm.model.rows import Row
from wfm.model.schedules import Schedule, fire_times, message, read_applied

SETTLING: Final = timedelta(minutes=15)  # EventBridge fires within the minute, and repeats what failed at first
MOST: Final = 100  # at once for one schedule
LOOKED_AT: Final = 1000  # fire times, the latest ones
LONGEST: Final = timedelta(days=60)  # requests are remembered for longer (NAMES_KEPT): they tell what has run


def catch_up(customer_id: str, name: str, ports: Ports) -> int:
    """Send what the schedule missed, all of it or the last; how many.

    `coveredUntil` moves on before and after the sending, each time only if it is still as it was seen: so of two who
    do this at once one stops, a repetition after a crash takes up the same times, and a new calendar is left alone.
    """
    row = ports.schedules.find(customer_id, name)
    now = ports.clock()
    tenant = ports.tenants.find(customer_id) or {}
    schedule = _in_force(row, tenant.get("status", ""), now)
    if row is None or schedule is None:
        return 0
    seen, until = str(row["coveredUntil"]), now - SETTLING
    due = _due(schedule, max(parse(seen), now - LONGEST), until)
    missed = _missed(schedule, due, ports)
    chosen = missed[-1:] if schedule.catch_up == "last" else missed[-MOST:]
    if chosen:
        before = iso(chosen[0] - timedelta(seconds=1))
        if not ports.schedules.advance_watermark(customer_id, name, before, seen):
            return 0
        ports.queues.send(customer_id, [message(schedule, iso(moment)) for moment in chosen])
        seen = before
    if until > parse(seen):
        ports.schedules.advance_watermark(customer_id, name, iso(until), seen)
    if schedule.catch_up == "all" and len(missed) > len(chosen):
        _tell(customer_id, name, missed, chosen, ports)
    return len(chosen)


def _in_force(row: Row | None, status: str, now: datetime) -> Schedule | None:
    """The schedule, if it catches up, is on, and EventBridge has it with this calendar."""
    if row is None or "coveredUntil" not in row or disabled_reason(row, status):
        return None
    try:
        schedule = read_applied(row, now)
    except InvalidRecord:
        return None
    is_known = schedule.catch_up != "skip" and row.get("coveredCalendar") == calendar(schedule)
    return schedule if is_known else None


def _due(schedule: Schedule, covered: datetime, until: datetime) -> Sequence[datetime]:
    """The latest fire times that are not accounted for yet."""
    return deque(fire_times(schedule, covered, until), maxlen=LOOKED_AT)


def _missed(schedule: Schedule, due: Sequence[datetime], ports: Ports) -> list[datetime]:
    """Those of them that nobody has asked for, oldest first."""
    ids = {moment: scheduled_request_id(schedule.name, iso(moment)) for moment in due}
    return [moment for moment in due if ports.requests.find(schedule.customer_id, ids[moment]) is None]


def _tell(customer_id: str, name: str, missed: Sequence[datetime], chosen: Sequence[datetime], ports: Ports) -> None:
    """On the row, where people look; the next change of the schedule takes it away."""
    dropped = len(missed) - len(chosen)
    reason = f"of its missed times the latest {len(chosen)} were made up for; {dropped} or more before are dropped"
    ports.schedules.save_state(customer_id, name, scheduleReason=reason)
