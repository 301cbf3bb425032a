"""Date functions and time windows: one implementation for every request.

`NOW()`, `TODAY(n)`, `FIRSTDAYOFOFFSETMONTH(n)`, `FIFTEENTHDAYOFOFFSETMONTH(n)` and `LASTDAYOFOFFSETMONTH(n)`, in
any case, stand for a moment in UTC relative to the time a request was scheduled for, never to that of its delivery.
They work in `timeWindowStart`, `timeWindowEnd` and parameter values, as the whole text. A window's end is exclusive: at
`LASTDAYOFOFFSETMONTH(-1)` the last day is not in it; `FIRSTDAYOFOFFSETMONTH(0)` is the end of the previous month.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from functions.domain.errors import InvalidRequest
from functions.domain.times import AMC_FORMAT

TYPES = ("EXPLICIT", "MOST_RECENT_DAY", "MOST_RECENT_WEEK", "CURRENT_MONTH", "PREVIOUS_MONTH", "ALL")
_CALL = re.compile(r"\s*([A-Za-z_]+)\s*\(\s*([^()]*?)\s*\)\s*")


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _month(at: datetime, offset: int, day: int) -> datetime:
    """Midnight of `day` (0: the last one) in the month `offset` months away."""
    year, month = divmod(at.year * 12 + at.month - 1 + offset, 12)
    return _midnight(at).replace(year=year, month=month + 1, day=day or monthrange(year, month + 1)[1])


FUNCTIONS: Mapping[str, Callable[[datetime, int], datetime]] = {
    "NOW": lambda at, _: at.replace(microsecond=0),
    "TODAY": lambda at, days: _midnight(at) + timedelta(days=days),
    "FIRSTDAYOFOFFSETMONTH": lambda at, months: _month(at, months, 1),
    "FIFTEENTHDAYOFOFFSETMONTH": lambda at, months: _month(at, months, 15),
    "LASTDAYOFOFFSETMONTH": lambda at, months: _month(at, months, 0),
}
WITHOUT_ARGUMENT = frozenset({"NOW", "TODAY"})


def evaluate(text: str, at: datetime, field: str) -> datetime | None:
    """The moment that a date function stands for; None when `text` is no call of a known function.

    `at` is the scheduled time (UTC). InvalidRequest when a known function has an argument that it cannot take.
    """
    call = _CALL.fullmatch(text)
    name = call[1].upper() if call else ""
    if call is None or name not in FUNCTIONS:
        return None
    argument = call[2]
    if not argument and name in WITHOUT_ARGUMENT:
        argument = "0"
    elif name == "NOW":
        raise InvalidRequest(field, f"{text!r} has an argument", "NOW()")
    try:
        return FUNCTIONS[name](at, int(argument))
    except (ValueError, OverflowError) as exc:
        raise InvalidRequest(field, f"{text!r} does not name a date", f"{name}(n) with a whole number n") from exc


def moment(text: Any, at: datetime, field: str) -> datetime:
    """A window's start or end, from a date function or AMC's own format; InvalidRequest for anything else."""
    if not isinstance(text, str):
        raise InvalidRequest(field, f"{text!r} is not text", "a date function or yyyy-MM-ddTHH:mm:ss")
    found = evaluate(text, at, field)
    if found is not None:
        return found.replace(tzinfo=None)
    try:
        return datetime.strptime(text.strip().removesuffix("Z"), AMC_FORMAT)  # noqa: DTZ007 (a local time in the window's own zone)
    except ValueError as exc:
        name = text.partition("(")[0].strip().upper()
        close = get_close_matches(name, FUNCTIONS, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        allowed = f"yyyy-MM-ddTHH:mm:ss or one of {', '.join(FUNCTIONS)}"
        raise InvalidRequest(field, f"{text!r} cannot be read{hint}", allowed) from exc


def resolve_window(payload: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """The window fields of an AMC execution body: `timeWindowType`, and start and end for EXPLICIT ones.

    A request without a type is EXPLICIT when it has a start or an end, else it has no window fields: AMC's default.
    """
    given = {key: payload[key] for key in ("timeWindowStart", "timeWindowEnd") if payload.get(key)}
    kind = payload.get("timeWindowType") or ("EXPLICIT" if given else None)
    if kind is None:
        return {}
    if kind not in TYPES:
        raise InvalidRequest("timeWindowType", f"{kind!r} is unknown", ", ".join(TYPES))
    if kind != "EXPLICIT":
        return {"timeWindowType": kind}
    for key in ("timeWindowStart", "timeWindowEnd"):
        if key not in given:
            raise InvalidRequest(key, "is missing", "both ends of an EXPLICIT window")
    start = moment(given["timeWindowStart"], at, "timeWindowStart")
    end = moment(given["timeWindowEnd"], at, "timeWindowEnd")
    if end <= start:
        problem = f"{end:{AMC_FORMAT}} is not after timeWindowStart {start:{AMC_FORMAT}}"
        raise InvalidRequest("timeWindowEnd", problem, "an end after the start; the end is exclusive")
    return {
        "timeWindowType": kind,
        "timeWindowStart": start.strftime(AMC_FORMAT),
        "timeWindowEnd": end.strftime(AMC_FORMAT),
    }


def resolve_value(value: Any, at: datetime, field: str) -> Any:
    """A parameter value with its date functions resolved; lists item by item, all other types untouched."""
    if isinstance(value, list):
        return [resolve_value(item, at, f"{field}[{index}]") for index, item in enumerate(value)]
    found = evaluate(value, at, field) if isinstance(value, str) else None
    return value if found is None else found.strftime(AMC_FORMAT)
