"""What each date function stands for, and the steps that arithmetic adds.

All work on an aware moment and answer in its zone. Days, weeks, months, quarters and years are the calendar's: midnight
stays midnight across a change of the clocks. Hours and minutes are elapsed time. In UTC there is no difference.
A week begins on Monday (ISO 8601). ENDOF... is the exclusive end: the start of what follows.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from wfm.calendar.local_times import past_gap

Compute = Callable[[datetime, int], datetime]


@dataclass(frozen=True)
class Function:
    """`compute(moment, n)`; `default` is n when nothing stands in the parentheses, None when something must."""

    compute: Compute
    default: int | None = 0
    takes_number: bool = True


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _month(at: datetime, offset: int, day: int) -> datetime:
    """Midnight of `day` (0: the last one) in the month `offset` months away."""
    year, month = divmod(at.year * 12 + at.month - 1 + offset, 12)
    return _midnight(at).replace(year=year, month=month + 1, day=day or monthrange(year, month + 1)[1])


def _hour(at: datetime, hours: int) -> datetime:
    return add(at.replace(minute=0, second=0, microsecond=0), hours, "h")


def _week(at: datetime, weeks: int) -> datetime:
    return _midnight(at) + timedelta(days=7 * weeks - at.weekday())


def _quarter(at: datetime, quarters: int) -> datetime:
    return _month(at, 3 * quarters - (at.month - 1) % 3, 1)


def _year(at: datetime, years: int) -> datetime:
    return _midnight(at).replace(year=at.year + years, month=1, day=1)


def _day(at: datetime, days: int) -> datetime:
    return _midnight(at) + timedelta(days=days)


def _first_of_month(at: datetime, months: int) -> datetime:
    return _month(at, months, 1)


_STARTS: Final[Mapping[str, Compute]] = {
    "HOUR": _hour,
    "DAY": _day,
    "WEEK": _week,
    "MONTH": _first_of_month,
    "QUARTER": _quarter,
    "YEAR": _year,
}


def _end(start: Compute) -> Compute:
    return lambda at, n: start(at, n + 1)


FUNCTIONS: Final[Mapping[str, Function]] = {
    "NOW": Function(lambda at, _: at.replace(microsecond=0), takes_number=False),
    "TODAY": Function(_day),
    "FIRSTDAYOFOFFSETMONTH": Function(_first_of_month, None),
    "FIFTEENTHDAYOFOFFSETMONTH": Function(lambda at, months: _month(at, months, 15), None),
    "LASTDAYOFOFFSETMONTH": Function(lambda at, months: _month(at, months, 0), None),
    **{f"STARTOF{unit}": Function(start) for unit, start in _STARTS.items()},
    **{f"ENDOF{unit}": Function(_end(start)) for unit, start in _STARTS.items()},
}

_ELAPSED: Final = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}
_CALENDAR: Final = {"d": timedelta(days=1), "w": timedelta(weeks=1)}
UNITS: Final = (*_ELAPSED, *_CALENDAR)


def add(at: datetime, amount: int, unit: str) -> datetime:
    """`at` and so many units later: elapsed minutes and hours, or days and weeks of the calendar."""
    if unit in _ELAPSED:
        return (at.astimezone(UTC) + amount * _ELAPSED[unit]).astimezone(at.tzinfo)
    return past_gap(at + amount * _CALENDAR[unit]) if amount else at


def call(name: str, argument: int, at: datetime) -> datetime:
    """A function's moment in the zone of `at`; ValueError or OverflowError beyond the years 1 to 9999."""
    return past_gap(FUNCTIONS[name].compute(at, argument))
