"""The six fields of AWS's cron dialect, and the numbers that lists, ranges and steps in them stand for.

Source: the user guide of EventBridge Scheduler, "Cron-based schedules".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from wfm.errors import InvalidRequest

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True)
class Kind:
    """A field's name, the numbers it takes, their names, and what it takes besides."""

    name: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)
    more: str = "a step (0/5) or *"

    @property
    def allowed(self) -> str:
        """What the field allows, for an error message."""
        names = f" or {', '.join(self.names)}" if self.names else ""
        return f"in the {self.name} {self.low} to {self.high}{names}, a list (1,3), a range (1-5), {self.more}"


KINDS: Final = (
    Kind("minute", 0, 59),
    Kind("hour", 0, 23),
    Kind(
        "day of month",
        1,
        31,
        {},
        "a step (1/7), *, ?, L (the last day), L-3, LW (the last weekday) or 15W (the weekday nearest to the 15th)",
    ),
    Kind("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    Kind(
        "day of week",
        1,
        7,
        {name: number for number, name in enumerate(_WEEKDAYS, 1)},
        "*, ?, FRIL (the month's last Friday) or MON#1 (its first Monday)",
    ),
    Kind("year", 1970, 2199),
)


@dataclass(frozen=True)
class Written:
    """What stands in one field, in upper case, with the whole expression and its column for messages."""

    kind: Kind
    text: str
    whole: str
    column: int
    field: str

    def refusal(self, problem: str, allowed: str = "") -> InvalidRequest:
        """`problem` with the field's column."""
        place = f"{self.whole!r:.80} at column {self.column}: {problem}"
        return InvalidRequest(self.field, place, allowed or self.kind.allowed)


def numbers(written: Written) -> tuple[int, ...]:
    """The numbers that a field without special letters stands for, ascending."""
    found: set[int] = set()
    for item in written.text.split(","):
        found.update(_span(item, written))
    return tuple(sorted(found))


def _span(item: str, written: Written) -> list[int]:
    """A range may go over the end of its field, as in AWS's own `20-2` and `MON-SUN`; years do not begin again."""
    kind = written.kind
    base, slash, step = item.partition("/")
    if slash and not (re.fullmatch("[0-9]{1,4}", step) and 1 <= int(step) <= kind.high):
        raise written.refusal(f"{item!r} has no whole number from 1 to {kind.high} behind its '/'")
    first, dash, last = base.partition("-")
    if base == "*":
        low, high = kind.low, kind.high
    else:
        low = number(first, item, written)
        high = number(last, item, written) if dash else kind.high if slash else low
    if high < low and kind.name == "year":
        raise written.refusal(f"{item!r} runs backwards", f"the earlier year first, {last}-{first}")
    size = kind.high - kind.low + 1
    span = range(low, high + 1 if high >= low else high + size + 1, int(step) if slash else 1)
    return [(each - kind.low) % size + kind.low for each in span]


def number(text: str, item: str, written: Written) -> int:
    """One number or name of the field; InvalidRequest, which shows the whole `item`, when it is neither."""
    kind = written.kind
    found = kind.names.get(text)
    if found is None and re.fullmatch("[0-9]{1,4}", text) and kind.low <= int(text) <= kind.high:
        found = int(text)
    if found is None:
        hint = " (Sunday is 1)" if text == "0" and "SUN" in kind.names else ""
        raise written.refusal(f"{item!r} is no {kind.name}{hint}")
    return found
