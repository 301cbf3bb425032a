"""The two day fields of AWS's cron dialect. One of them is always `?`, since it says nothing.

The day of the month knows `L` (the last day) and `15W` (the weekday nearest to the 15th, in the same month); the day of
the week, from 1 = SUN to 7 = SAT, knows `L` (Saturday), `6L` (the month's last Friday) and `2#1` (its first Monday).
Source: the user guide of EventBridge Scheduler, "Cron-based schedules". It does not tell of `L-3` (three days before
the last) and `LW` (the last weekday), which AWS takes all the same.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date

from wfm.calendar.cron_fields import Written, number, numbers

DaysOf = Callable[[int, int], Sequence[int]]  # year and month -> the days, ascending


def days(of_month: Written, of_week: Written) -> DaysOf:
    """The days that both fields stand for together."""
    silent = [written.text == "?" for written in (of_month, of_week)]
    if all(silent):
        raise of_week.refusal("both day fields are '?'", "'?' in one of them, days or '*' in the other")
    if not any(silent):
        allowed = "'?' in one of the two, as in 8 * ? (day, month, day of week) or ? * MON"
        raise of_week.refusal("a day of month and a day of week stand side by side", allowed)
    return _of_week(of_week) if silent[0] else _of_month(of_month)


def _of_month(written: Written) -> DaysOf:
    text = written.text
    if "," in text and re.search("[LW]", text):
        raise written.refusal("L or W stands in a list", "L or W alone; other days in a schedule of their own")
    if text == "LW":
        return lambda year, month: _nearest_weekday(year, month, _length(year, month))
    if text == "L" or re.fullmatch("L-([1-9]|[12][0-9]|30)", text):
        before = int(text[2:] or 0)
        return lambda year, month: [day for day in [_length(year, month) - before] if day > 0]
    if text.endswith("W"):
        day = number(text[:-1], text, written)
        return lambda year, month: _nearest_weekday(year, month, day)
    wanted = numbers(written)
    return lambda year, month: [day for day in wanted if day <= _length(year, month)]


def _of_week(written: Written) -> DaysOf:
    text = written.text
    if "," in text and re.search("L|#", text):
        raise written.refusal("L or # stands in a list", "L or # alone; other days in a schedule of their own")
    if "/" in text:
        raise written.refusal("a day of week takes no step", "a list such as MON,WED,FRI")
    if "#" in text:
        return _nth(written)
    if text.endswith("L") and text != "L":
        weekday = number(text[:-1], text, written)
        return lambda year, month: _falling_on(year, month, {weekday})[-1:]
    wanted = {7} if text == "L" else set(numbers(written))
    return lambda year, month: _falling_on(year, month, wanted)


def _nth(written: Written) -> DaysOf:
    name, _, nth = written.text.partition("#")
    weekday = number(name, written.text, written)
    if nth not in {"1", "2", "3", "4", "5"}:
        raise written.refusal(f"{written.text!r}: a month has no such week", f"{name}#1 to {name}#5")
    return lambda year, month: _falling_on(year, month, {weekday})[int(nth) - 1 : int(nth)]


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _falling_on(year: int, month: int, wanted: set[int]) -> list[int]:
    """The month's days that fall on one of these days of the week, 1 = SUN."""
    first = date(year, month, 1).isoweekday()  # 7 = SUN
    return [day for day in range(1, _length(year, month) + 1) if (first + day - 1) % 7 + 1 in wanted]


def _nearest_weekday(year: int, month: int, day: int) -> Sequence[int]:
    """Monday to Friday, never in another month; nothing in a month without that day."""
    last = _length(year, month)
    if day > last:
        return ()
    weekday = date(year, month, day).isoweekday()
    if weekday == 6:
        return (day - 1 if day > 1 else 3,)
    if weekday == 7:
        return (day + 1 if day < last else day - 2,)
    return (day,)
