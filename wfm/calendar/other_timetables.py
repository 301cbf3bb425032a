"""Timetables in words that are not WFM's: `@daily`, `every day at 8`, `PT6H`, `rate(2 weeks)`, `custom(W MON 8)`.

They are refused, with the expression that was meant; a time that nobody gave is not made up.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import chain
from typing import Final

from wfm.calendar import other_crons
from wfm.calendar.other_rates import rates
from wfm.calendar.spoken_timetables import WEEKDAYS, time_of, timetables
from wfm.errors import InvalidRequest

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_FORMS: Final = (
    "cron", "rate", "at", "custom", "hourly", "every", "daily", "weekdays", "weekly", "monthly", "quarterly", "yearly",
)  # fmt: skip
_UNITS: Final = ("minutes", "hours", "days")
_MACROS: Final = {
    "@hourly": "hourly :00",
    "@daily": "daily 00:00",
    "@midnight": "daily 00:00",
    "@weekly": "weekly sun 00:00",
    "@monthly": "monthly 1 00:00",
    "@yearly": "yearly jan-1 00:00",
    "@annually": "yearly jan-1 00:00",
}
_LONGEST: Final = 100  # what is longer is no slip
_MOMENT: Final = re.compile(r"(?:at\b)?[\s(]*(\d{4}-\d{2}-\d{2})(?:[t\s]+(\d{2}:\d{2}(?::\d{2})?))?\s*\)?")


def suggestion(given: str, translate: Callable[[str], str]) -> str:
    """What `given` means in WFM's words, all of it taken by `translate`, as a tail of a sentence; "" if none is."""
    plain = " ".join(given.split())
    text = plain.lower()
    if len(text) > _LONGEST:
        return ""
    single = chain(_macro(text), _custom(text), _moment(text), rates(text), timetables(text), _spelt(plain))
    for found in chain(other_crons.expressions(plain), ([one] for one in single)):
        if all(_is_taken(one, translate) for one in found):
            return f" (did you mean {' and '.join(found)}{', a schedule each' if len(found) > 1 else ''}?)"
    return ""


def _is_taken(text: str, translate: Callable[[str], str]) -> bool:
    try:
        return bool(translate(text))
    except InvalidRequest:
        return False


def _macro(text: str) -> Iterator[str]:
    if text in _MACROS:
        yield _MACROS[text]


def _custom(text: str) -> Iterator[str]:
    """Days by name or as a crontab counts them, an hour as a time, and a missing star."""
    found = re.fullmatch(r"custom[\s(]*([hdwm])((?:\s+[^\s()]+){0,2})\s*\)?", text)
    if found is None:
        return
    kind, words = found[1], found[2].split()
    hour = time_of(words[-1]) if words else None
    day = words[0] if len(words) == 2 else "*"
    if kind == "h" and not words:
        yield "custom(H * *)"
    elif hour and kind == "m" and day in ("l", "last"):
        yield f"monthly last {hour}"
    elif hour and hour.endswith(":00"):
        named = next((str(number) for number, name in enumerate(WEEKDAYS) if day in (name, name[:3])), day)
        yield f"custom({kind.upper()} {'6' if (kind, day) == ('w', '7') else named} {int(hour[:2])})"


def _moment(text: str) -> Iterator[str]:
    if found := _MOMENT.fullmatch(text):
        yield f"at({found[1]}T{found[2] or '00:00:00'})"


def _spelt(given: str) -> Iterator[str]:
    """With each word that is none put right; in cron names have three letters."""
    is_cron = given.lower().startswith("cr")
    for names in (WEEKDAYS, _MONTHS, (*WEEKDAYS, *_MONTHS)):
        short = [name[:3].upper() if is_cron else name[:3] for name in names]
        known = short if is_cron else [*_FORMS, *_UNITS, *short, *names]
        yield re.sub("[A-Za-z]{2,}", partial(_near, known), given)


def _near(known: Sequence[str], found: re.Match[str]) -> str:
    word = found[0]
    if found.start() == 0:
        known = _FORMS
    folded = word.upper() if known[0].isupper() else word.lower()
    return word if folded in known else next(iter(get_close_matches(folded, known, n=1)), word)
