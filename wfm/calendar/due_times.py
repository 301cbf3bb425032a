"""By when a firing has to be done: a time of day such as 09:00, by the clock of a zone."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from wfm.calendar.local_times import past_gap

MIN_LOOK: Final = timedelta(minutes=1)  # from a firing, and from one look to the next: the tracker's tick
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def read_due_by(value: object) -> time | None:
    """The time of day in a field such as 09:00; None for what is none."""
    return time.fromisoformat(value) if isinstance(value, str) and _TIME.fullmatch(value) else None


def due_at(firing: datetime, due_by: time, where: tzinfo) -> datetime:
    """The first such time after the firing by the clock of `where`, aware UTC.

    A time that the clocks skip is moved forward by what they skip; of one that they show twice it is the first. Whether
    it comes today is told by the hands of the clock: 02:30 is over at 03:00, also on a day that skips it.
    """
    local = firing.astimezone(where)
    today, tomorrow = (
        past_gap(datetime.combine(each, due_by, where)).astimezone(UTC)
        for each in (local.date(), local.date() + timedelta(days=1))
    )
    return today if due_by > local.time() and today > firing else tomorrow


def first_look(firing: datetime, spread: timedelta, due: datetime) -> datetime:
    """When to look at a firing first: once it should have arrived."""
    return min(firing + spread + MIN_LOOK, due)
