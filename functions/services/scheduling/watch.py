"""Which firing of a schedule with `dueBy` is watched: fields of its row, which an index finds when a look is due."""

from datetime import datetime
from typing import Final

from wfm.calendar.due_times import first_look
from wfm.calendar.timestamps import iso
from wfm.model.rows import Document, ScheduleRow
from wfm.model.schedules import Schedule, watched_firing
from wfm.model.stored_schedule import WATCHED, StoredSchedule

CLEARED: Final = dict.fromkeys(("watched", "watchedFiring", "checkAt", "riskTold"))


def watch(schedule: Schedule, row: ScheduleRow, now: datetime, *, enabled: bool) -> Document:
    """ApplySchedule: the fields that watch the schedule's next deadline.

    A firing that is on its way stays watched, whatever becomes of the schedule, until its deadline is over.
    """
    if schedule.due_by is None:
        return CLEARED
    seen = StoredSchedule(row).watched_firing
    due = schedule.due(seen) if seen else None
    if seen and due and seen <= now < due:
        return {}
    return watch_next(schedule, now) if enabled else CLEARED


def watch_next(schedule: Schedule, now: datetime) -> Document:
    """The fields that watch the next firing with a deadline."""
    firing = watched_firing(schedule, now)
    due = schedule.due(firing) if firing else None
    if firing is None or due is None:
        return CLEARED
    look_at = first_look(firing, schedule.spread, due)
    return {"watched": WATCHED, "watchedFiring": iso(firing), "checkAt": iso(look_at), "riskTold": None}
