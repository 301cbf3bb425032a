"""Windows by name: `yesterday`, `last 7 days`, `previous month`, `month to date`.

All are made of whole units and end where the current one begins, so that nothing in them is still to come.
`month to date` is the month that yesterday is in, up to today: never empty, and on the first of a month the whole month
before.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Final

from wfm.calendar.expressions import Expression, earlier
from wfm.errors import InvalidRequest

_UNITS: Final = "hour|day|week|month|quarter|year"
_FORMS: Final = (
    ("yesterday",),
    ("last|previous", _UNITS),
    ("last|previous", "[1-9][0-9]{0,5}", f"(?:{_UNITS})s?"),
    ("week|month|quarter|year", "to", "date"),
)
EXAMPLES: Final = (
    "yesterday", "last 7 days", "last 24 hours", "last 4 weeks", "last 3 months", "previous day", "previous week",
    "previous month", "previous quarter", "previous year", "week to date", "month to date", "quarter to date",
    "year to date",
)  # fmt: skip


@dataclass(frozen=True)
class NamedWindow:
    """The window's ends as expressions; the start is relative to `days_back` days before."""

    start: Expression
    end: Expression
    days_back: int = 0

    def __str__(self) -> str:
        ends = f"{self.start.written} to {self.end.written}"
        return f"{ends}, the start as of the day before" if self.days_back else ends

    def at(self, moment: datetime, field: str) -> tuple[datetime, datetime]:
        """Start and exclusive end, relative to an aware moment and in its zone."""
        return self.start.at(earlier(moment, self.days_back, "d", field), field), self.end.at(moment, field)


def _call(unit: str, number: int) -> Expression:
    name = f"STARTOF{unit.upper()}"
    return Expression(name, number, (), f"{name}({number})")


def read(text: str, field: str) -> NamedWindow:
    """The window of that name, in any case; InvalidRequest with the column and the closest name for anything else."""
    words = text.lower().split()
    form = _form(words)
    if form is None:
        raise _refusal(text, max(_fitting(words, form) for form in _FORMS), field)
    if form[-1] == "date":
        return NamedWindow(_call(words[0], 0), _call("day", 0), days_back=1)
    unit = "day" if words == ["yesterday"] else words[-1].removesuffix("s")
    return NamedWindow(_call(unit, -int(words[1]) if len(words) == 3 else -1), _call(unit, 0))


def is_name(text: str) -> bool:
    """Whether the text is the name of a window, so that `read` takes it."""
    return _form(text.lower().split()) is not None


def _form(words: list[str]) -> tuple[str, ...] | None:
    return next((form for form in _FORMS if len(form) == len(words) == _fitting(words, form)), None)


def _fitting(words: list[str], form: tuple[str, ...]) -> int:
    """How many words from the left are as in the form."""
    for index, (word, pattern) in enumerate(zip(words, form, strict=False)):
        if not re.fullmatch(pattern, word):
            return index
    return min(len(words), len(form))


def _refusal(text: str, fits: int, field: str) -> InvalidRequest:
    starts = [word.start() for word in re.finditer(r"\S+", text)]
    column = (starts[fits] if fits < len(starts) else len(text.rstrip())) + 1
    close = get_close_matches(" ".join(text.lower().split()), EXAMPLES, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    problem = f"{text!r:.80} at column {column} is no window's name{hint}"
    return InvalidRequest(field, problem, ", ".join(EXAMPLES))
