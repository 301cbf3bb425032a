"""When a schedule fires, as users write it, in EventBridge's own words: `cron(...)`, `rate(...)` or `at(...)`.

Taken are these three, the first predecessor's `custom(...)`, and plain forms such as `daily 08:00`. `custom(...)` and
`hourly` leave the minute to WFM, which spreads them over the hour. `docs/schedules.md` shows all.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from wfm.calendar import cron, custom_times, plain_times
from wfm.errors import InvalidRequest

Translate = Callable[[str, int, str], str]  # the expression, the minute where none is given, the field

EXAMPLES: Final = (
    "cron(0 8 ? * MON-FRI *)", "rate(6 hours)", "at(2026-12-01T08:00:00)", "custom(H * *)", "custom(D * 8)",
    "custom(W 0 8)", "custom(M 1 8)", *plain_times.EXAMPLES,
)  # fmt: skip
YEARS: Final = range(1970, 2200)  # those of AWS's cron expressions, and of all times here
_UNITS: Final = ("minute", "hour", "day")
_RATE: Final = "rate(n minutes), rate(n hours) or rate(n days) with a whole number n from 1 on"
_AT: Final = "at(yyyy-mm-ddThh:mm:ss), by the clock of the schedule's time zone"


def spread_minute(customer_id: str, name: str) -> int:
    """The minute of the hour, always the same for a schedule, at which it fires where nobody says which."""
    return int(hashlib.sha256(f"{customer_id}/{name}".encode()).hexdigest(), 16) % 60


def translate(given: str, minute: int, field: str) -> str:
    """The expression as EventBridge takes it; InvalidRequest with the column, and with what was meant.

    What knows other products' words is loaded with the first refusal.
    """
    try:
        return _translate(given, minute, field)
    except InvalidRequest as exc:
        from wfm.calendar import other_timetables

        hint = other_timetables.suggestion(given, lambda one: _translate(one, minute, field))
        raise InvalidRequest(field, exc.problem.text + hint, exc.problem.allowed) from exc


def _translate(given: str, minute: int, field: str) -> str:
    word = re.split(r"[\s(]", given.strip(), maxsplit=1)[0]
    form = _FORMS.get(word.lower())
    if form is None:
        column = len(given) - len(given.lstrip()) + 1
        problem = f"{given!r:.80} at column {column}: {word!r:.40} begins no timetable"
        raise InvalidRequest(field, problem, ", ".join(EXAMPLES))
    return form(given, minute, field)


def _cron(given: str, _: int, field: str) -> str:
    return cron.read(given, field).text


def _rate(given: str, _: int, field: str) -> str:
    """EventBridge wants the unit in the singular after 1, and in the plural after all else."""
    found = re.fullmatch(r"\s*rate\s*\(\s*([0-9]{1,6})\s*([a-z]+)\s*\)\s*", given, re.IGNORECASE)
    number, unit = (int(found[1]), found[2].lower().removesuffix("s")) if found else (0, "")
    if unit not in _UNITS or not number:
        column = (found.start(2) if number else found.start(1)) + 1 if found else given.lower().index("rate") + 5
        raise InvalidRequest(field, f"{given!r:.80} at column {column}: this is no rate", _RATE)
    return f"rate({number} {unit}{'' if number == 1 else 's'})"


def _at(given: str, _: int, field: str) -> str:
    found = re.fullmatch(r"\s*at\s*\(\s*([^()]*?)\s*\)\s*", given, re.IGNORECASE)
    moment = found[1].upper() if found else ""
    column = found.start(1) + 1 if found else len(given.rstrip())
    problem = f"{given!r:.80} at column {column}: "
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?", moment):
        raise InvalidRequest(field, f"{problem}this is no time", _AT)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as exc:
        raise InvalidRequest(field, f"{problem}there is no such time ({exc})", _AT) from exc
    if at.year not in YEARS:
        raise InvalidRequest(field, f"{problem}out of reach", f"the years {YEARS[0]} to {YEARS[-1]}")
    return f"at({at.isoformat(timespec='seconds')})"


_FORMS: Final[Mapping[str, Translate]] = {
    "cron": _cron,
    "rate": _rate,
    "at": _at,
    "custom": custom_times.translate,
    **dict.fromkeys(plain_times.FORMS, plain_times.translate),
}
