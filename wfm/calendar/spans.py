"""Spans of time as people write them: 30m, 2h, 1d; and the ages at which a window is read again, 3d, 14d."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from wfm.errors import InvalidRecord, Problem

DELAY_STEP: Final = timedelta(minutes=15)  # of what a sweep does, which comes every quarter of an hour
REFRESH: Final = "refresh"  # of a schedule and a message: the ages of its window at which the same run is made again
MOST_AGES: Final = 5
OLDEST: Final = timedelta(days=60)  # rows of requests, and names of executions, are kept for longer
_SPAN: Final = re.compile(r"\s*([0-9]{1,5})\s*([mhd])\s*", re.IGNORECASE)
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read_span(given: object) -> timedelta | None:
    """The span in a text of a number and m, h or d; None for what is none."""
    found = _SPAN.fullmatch(given) if isinstance(given, str) else None
    return int(found[1]) * _UNITS[found[2].lower()] if found else None


def read_ages(given: object) -> tuple[timedelta, ...]:
    """The ages in the field `refresh`, rising; none of a missing one. InvalidRecord names all that is wrong."""
    if given is None:
        return ()
    rule = f"a list of 1 to {MOST_AGES} rising ages in days, such as [3d, 14d, 30d], up to {OLDEST.days}d"
    if not isinstance(given, list):
        raise InvalidRecord([Problem(REFRESH, f"{given!r:.60} is no list", rule)])
    if not 1 <= len(given) <= MOST_AGES:
        raise InvalidRecord([Problem(REFRESH, f"{len(given)} ages are too {'many' if given else 'few'}", rule)])
    ages = [_age(one) for one in given]
    problems = [
        Problem(f"{REFRESH}[{index}]", f"{one!r:.60} {wrong}", rule)
        for index, one in enumerate(given)
        if (wrong := _wrong_age(ages[: index + 1]))
    ]
    if problems:
        raise InvalidRecord(problems)
    return tuple(age for age in ages if age)


def shown_age(age: timedelta) -> str:
    """An age as people write it: 3d."""
    return f"{age.days}d"


def _age(given: object) -> timedelta | None:
    is_in_days = isinstance(given, str) and given.strip().lower().endswith("d")
    return read_span(given) if is_in_days else None


def _wrong_age(ages: Sequence[timedelta | None]) -> str:
    """What is wrong with the last of the ages; "" if nothing is."""
    *before, age = ages
    if age is None:
        return "is no number of days"
    if not age or age > OLDEST:
        return "is too old" if age else "is no time at all"
    if age in before:
        return "is there twice"
    later = [one for one in before if one and one > age]
    return f"stands behind {shown_age(later[0])}" if later else ""
