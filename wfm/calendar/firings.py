"""When an expression in EventBridge's words fires: cron() and at() by the clocks of a zone, rate() by elapsed time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count, takewhile
from typing import Final

from wfm.calendar import cron
from wfm.calendar.local_times import read_literal
from wfm.calendar.timetables import YEARS

CALENDAR_ENDS: Final = datetime(YEARS.stop, 1, 1, tzinfo=UTC)


def times(expression: str, where: tzinfo, after: datetime, start: datetime | None) -> Iterator[datetime]:
    """Aware UTC, later than `after` and not before `start`, in order. InvalidRequest for an at() that clocks skip.

    rate() begins at `start`; where none is known it is counted from `after`, which is an estimate.
    """
    kind, _, inside = expression.rstrip(")").partition("(")
    if kind == "rate":
        return _every(_step(inside), after, start)
    begin = after if start is None else max(after, start - timedelta(microseconds=1))
    if kind == "cron":
        return cron.read(expression, "ScheduleExpression").fire_times(where, begin)
    moment = read_literal(inside, where, "ScheduleExpression").astimezone(UTC)
    return iter([moment] if moment > begin else [])


def skipped_days(expression: str, where: tzinfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """The local times at which a cron() does not fire, and so not on that day, since the clocks skip them."""
    if expression.startswith("cron("):
        yield from cron.read(expression, "ScheduleExpression").skipped_days(where, after, until)


def _step(inside: str) -> timedelta:
    number, unit = inside.split()
    return timedelta(**{f"{unit.removesuffix('s')}s": int(number)})


def _every(step: timedelta, after: datetime, start: datetime | None) -> Iterator[datetime]:
    base = after if start is None else start
    first = 0 if start is not None and start > after else (after - base) // step + 1
    return takewhile(lambda moment: moment < CALENDAR_ENDS, (base + number * step for number in count(first)))
