"""Timetables in plain words, such as `daily 08:00`, `weekly mon,thu 08:00` and `every 6 hours`.

In any case, with blanks between the words and none within. Where no minute is given, it is the one that WFM chooses.
"""

from collections.abc import Callable, Mapping
from typing import Final

from wfm.calendar.timetable_words import Words

EXAMPLES: Final = (
    "hourly", "hourly :15", "every 15 minutes", "every 6 hours", "daily 08:00", "weekdays 08:00", "weekly mon 08:00",
    "weekly mon,thu 08:00", "monthly 15 08:00", "monthly last 08:00", "quarterly 1 08:00", "yearly jan-15 08:00",
)  # fmt: skip
_WEEKDAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_MONTHS: Final = (
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER",
    "DECEMBER",
)  # fmt: skip
_IN_A_DAY: Final = {"minute": 60, "hour": 24}  # what a number of them has to divide, so that each day is the same
_EVERY: Final = "every 15 minutes, every 6 hours"


def translate(given: str, minute: int, field: str) -> str:
    """EventBridge's expression; InvalidRequest with the column and what is allowed there."""
    words = Words(given, field)
    form = FORMS.get(words[0].lower())
    if form is None:
        raise words.refusal(0, f"{words[0]!r:.40} is no word of a timetable", ", ".join(EXAMPLES))
    return f"cron({form(words, minute)} *)"


def _hourly(words: Words, minute: int) -> str:
    if len(words) > 1:
        words.expect(2, "hourly :15")
    return f"{words.minute(1) if len(words) > 1 else minute} * * * ?"


def _every(words: Words, minute: int) -> str:
    """The cron fields of `every N hours` or minutes; N must divide the day or hour, else the last step is short."""
    words.expect(3, _EVERY)
    unit = words[2].lower().removesuffix("s")
    if unit not in _IN_A_DAY:
        raise words.refusal(2, f"{words[2]!r:.40} is neither minutes nor hours", f"{_EVERY}; daily 08:00; rate(2 days)")
    whole = _IN_A_DAY[unit]
    number = words.number(1, words[1], 9999, _EVERY)
    if whole % number:
        fitting = ", ".join(str(one) for one in range(1, whole + 1) if whole % one == 0)
        problem = f"{number} {unit}s do not divide {'an hour' if unit == 'minute' else 'a day'}"
        raise words.refusal(1, problem, f"{fitting}; or rate(...), which knows no calendar")
    step = "0" if number == whole else f"0/{number}"
    return f"{step} * * * ?" if unit == "minute" else f"{minute} {step} * * ?"


def _daily(words: Words, _: int) -> str:
    words.expect(2, "daily 08:00")
    return f"{words.time(1)} * * ?"


def _weekdays(words: Words, _: int) -> str:
    """Monday to Friday."""
    words.expect(2, "weekdays 08:00")
    return f"{words.time(1)} ? * MON-FRI"


def _weekly(words: Words, _: int) -> str:
    words.expect(3, "weekly mon 08:00 or weekly mon,thu 08:00")
    days = [words.name(1, day, _WEEKDAYS) for day in words[1].split(",")]
    return f"{words.time(2)} ? * {','.join(days)}"


def _days_of_month(words: Words) -> str:
    if words[1] == "LAST":
        return "L"
    allowed = "1 to 31, a list such as 1,15, or last"
    return ",".join(str(words.number(1, day, 31, allowed)) for day in words[1].split(","))


def _monthly(words: Words, _: int) -> str:
    words.expect(3, "monthly 15 08:00 or monthly last 08:00")
    return f"{words.time(2)} {_days_of_month(words)} * ?"


def _quarterly(words: Words, _: int) -> str:
    """In January, April, July and October."""
    words.expect(3, "quarterly 1 08:00")
    return f"{words.time(2)} {_days_of_month(words)} 1,4,7,10 ?"


def _yearly(words: Words, _: int) -> str:
    words.expect(3, "yearly jan-15 08:00")
    month, dash, day = words[1].partition("-")
    if not dash:
        raise words.refusal(1, f"{words[1]!r:.40} is no day of a year", "month and day, such as jan-15")
    name = words.name(1, month, _MONTHS)
    return f"{words.time(2)} {words.number(1, day, 31, 'month and day, such as jan-15')} {name} ?"


FORMS: Final[Mapping[str, Callable[[Words, int], str]]] = {
    "hourly": _hourly,
    "every": _every,
    "daily": _daily,
    "weekdays": _weekdays,
    "weekly": _weekly,
    "monthly": _monthly,
    "quarterly": _quarterly,
    "yearly": _yearly,
}
