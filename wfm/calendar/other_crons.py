"""Lines of a crontab and Quartz's expressions in AWS's cron dialect, for hints.

A crontab has five fields and counts the days of the week from 0 (Sunday) to 7 (Sunday again), AWS has six with the year
and counts from 1 (Sunday); Quartz counts as AWS and begins with the seconds. What is written in numbers is shown in
names, so that who counted otherwise sees it. Source: crontab(5).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_SILENT: Final = ("*", "?")
_ITEM: Final = re.compile(r"(\*|[0-7]|[A-Z]{3})(?:-([0-7]|[A-Z]{3}))?(?:/([1-7]))?")
_SPECIAL: Final = re.compile("([0-7]|[A-Z]{3})(#[1-5]|L)")


def expressions(given: str) -> Iterator[Sequence[str]]:
    """What `given` may stand for: one `cron(...)`, or two that it takes for the same."""
    found = re.fullmatch(r"\s*(?:cron\s*\(([^()]*)\)?|([^()]*))\s*", given, re.IGNORECASE)
    fields = (found[1] or found[2] or "").upper().split() if found else []
    if len(fields) == 5:
        yield from _aws([*fields, "*"]) if "?" in fields else _unix(fields)
    if len(fields) in (6, 7) and fields[0] == "0" and "?" in (fields[3], fields[5]):  # Quartz, at the second 0
        yield from _aws([*fields[1:], "*"][:6])
    if len(fields) == 6:
        yield from _aws(fields)


def _unix(fields: Sequence[str]) -> Iterator[Sequence[str]]:
    """Where both days are given, a crontab's line fires on either, or, after a star as in `*/2`, on what is both."""
    *time, day, month, weekday = fields
    by_month = _cron(*time, day, month, "?", "*")
    names = _names(weekday, 0)
    is_starred = day.startswith("*") or weekday.startswith("*")
    if names == "*":
        yield [by_month] if is_starred else [_cron(*time, "*", month, "?", "*")]
    elif names and (day == "*" or not is_starred):
        by_week = _cron(*time, "?", month, names, "*")
        yield [by_week] if day == "*" else [by_month, by_week]


def _aws(fields: Sequence[str]) -> Iterator[Sequence[str]]:
    """One of the two day fields has to be '?'; a 0 among the days of the week is a crontab's."""
    *time, day, month, weekday, year = fields
    if weekday in _SILENT:
        yield [_cron(*time, "*" if day == "?" else day, month, "?", year)]
    elif day in _SILENT and (names := _names(weekday, 0 if re.match("0|.*[,-]0", weekday) else 1)):
        yield [_cron(*time, "?", month, names, year)]


def _cron(*fields: str) -> str:
    return f"cron({' '.join(fields)})"


def _names(text: str, first: int) -> str | None:
    """The days of the week, counted from `first` = Sunday, by their names; None for what says no days."""
    if special := _SPECIAL.fullmatch(text):
        number = _number(special[1], first)
        return None if number is None else f"{_DAYS[number % 7]}{special[2]}"
    found: set[int] = set()
    for item in text.split(","):
        read = _ITEM.fullmatch(item)
        low = 0 if item[:1] == "*" else _number(read[1], first) if read else None
        if read is None or low is None:
            return None
        last = read[2] or (None if read[3] else read[1])
        high = _number(last, first) if last and last != "*" else 6
        if high is None:
            return None
        span = range(low, high + 1 if high >= low else high + 8, int(read[3] or 1))
        found.update(each % 7 for each in span)
    return _joined(found)


def _number(text: str, first: int) -> int | None:
    """From 0 = Sunday; a crontab's 7 is Sunday, too."""
    if text in _DAYS:
        return _DAYS.index(text)
    return int(text) - first if text.isdigit() and int(text) >= first else None


def _joined(days: Collection[int]) -> str:
    """Three days or more that follow each other as a range, others as a list; `*` for all."""
    if len(days) == 7:
        return "*"
    starts = [day for day in days if (day - 1) % 7 not in days]
    if len(starts) == 1 and len(days) > 2:
        return f"{_DAYS[starts[0]]}-{_DAYS[(starts[0] + len(days) - 1) % 7]}"
    return ",".join(_DAYS[day] for day in sorted(days, key=lambda day: (day - 1) % 7))
