"""Time windows and date expressions in requests: one implementation for every caller.

Expressions (`expressions.py`) stand in `timeWindowStart`, `timeWindowEnd` and parameter values, as the
whole text and never inside SQL. They are relative to the time that a request was scheduled for, never to that of its
delivery, and in UTC, or with `dateFunctionsTimeZone: "window"` in `timeWindowTimeZone`. `docs/windows.md` shows all.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from wfm.calendar.date_functions import FUNCTIONS, add
from wfm.calendar.expressions import earlier, read
from wfm.calendar.kept_data import age_hint
from wfm.calendar.local_times import in_zone, past_gap, read_literal, text, zone, zone_hint
from wfm.calendar.named_windows import is_name
from wfm.calendar.named_windows import read as read_name
from wfm.errors import InvalidRequest, Problem

TYPES: Final = ("EXPLICIT", "MOST_RECENT_DAY", "MOST_RECENT_WEEK", "CURRENT_MONTH", "PREVIOUS_MONTH", "ALL")
WINDOW_FIELDS: Final = frozenset({
    "timeWindowType", "timeWindowStart", "timeWindowEnd", "timeWindowName", "timeWindowTimeZone", "settlementLag",
    "dateFunctionsTimeZone",
})  # fmt: skip
_ZONES: Final = ("timeWindowTimeZone", "dateFunctionsTimeZone")
WHOSE_ZONE: Final = ("UTC", "window")
GAPS: Final = "ignoreDataGaps"  # AMC's own field for data that is not there
_DIGITS: Final = frozenset("0123456789")
_ENDS: Final = ("timeWindowStart", "timeWindowEnd")
_CALL: Final = re.compile(rf"\s*(?:{'|'.join(FUNCTIONS)})(?:\(|\s+\(\s*[+-]?[0-9]*\s*\))", re.IGNORECASE | re.ASCII)
_LAG: Final = re.compile(r"\s*([0-9]{1,6})\s*(h|d|w)\s*", re.IGNORECASE | re.ASCII)


def kind_of_window(payload: Mapping[str, object]) -> str | None:
    """AMC's type of the window, EXPLICIT too where a start, an end or a name says so; None is AMC's default."""
    is_explicit = payload.get("timeWindowName") or any(payload.get(key) for key in _ENDS)
    kind = payload.get("timeWindowType") or ("EXPLICIT" if is_explicit else None)
    if kind is not None and kind not in TYPES:
        raise InvalidRequest("timeWindowType", f"{kind!r:.60} is unknown", ", ".join(TYPES))
    return kind


def idle_ends(payload: Mapping[str, object], place: str) -> list[Problem]:
    """The start and the end that stand beside a window of AMC's own, which has its own."""
    kind = payload.get("timeWindowType") or "EXPLICIT"
    if kind == "EXPLICIT" or kind not in TYPES:
        return []
    problem = f"has no effect on AMC's own {kind} window"
    return [
        Problem(f"{place}.{key}", problem, "EXPLICIT windows, or no start and end") for key in _ENDS if payload.get(key)
    ]


def without_idle_ends(payload: Mapping[str, object]) -> dict[str, object]:
    """The payload without the ends that AMC would ignore."""
    idle = {problem.field.rpartition(".")[2] for problem in idle_ends(payload, "payload")}
    return {name: value for name, value in payload.items() if name not in idle}


def names_window(payload: Mapping[str, object]) -> bool:
    """Whether it says which data: by type, name, start or end. A zone or a lag says only how a window is read."""
    return any(payload.get(name) for name in ("timeWindowType", "timeWindowName", *_ENDS))


def lone_zone(payload: Mapping[str, object], defaults: Mapping[str, object], place: str) -> list[Problem]:
    """A zone without a window, above defaults that have one: these do not count then, and AMC's own window does."""
    alone = [name for name in _ZONES if payload.get(name)]
    if not alone or names_window(payload) or not names_window(defaults):
        return []
    problem = "stands without a window, so that of the workflow's defaultPayload would not count"
    return [Problem(f"{place}.{alone[0]}", problem, "the window beside it, such as timeWindowName, or no such field")]


def idle_zone(payload: Mapping[str, object], place: str) -> list[Problem]:
    """The wish that dates go by the window's calendar, where the window has no zone: then it changes nothing."""
    if payload.get("dateFunctionsTimeZone") != "window" or payload.get("timeWindowTimeZone"):
        return []
    problem = "has no effect without timeWindowTimeZone: date functions go by UTC"
    return [Problem(f"{place}.dateFunctionsTimeZone", problem, "timeWindowTimeZone beside it")]


def _refuse_blanks(payload: Mapping[str, object]) -> None:
    """A text with nothing in it is what a variable leaves that is not set: another window would be read instead."""
    for key in (*_ENDS, "timeWindowName", "timeWindowTimeZone", "settlementLag"):
        value = payload.get(key)
        if isinstance(value, str) and not value.strip():
            raise InvalidRequest(key, f"{value!r:.20} is empty", "a value, or no such field")


def window_hints(window: Mapping[str, object], at: datetime) -> list[str]:
    """What somebody should know of a window, as AMC gets it at that time, that is no error.

    It begins before what AMC keeps, or its zone is not what its name reads like.
    """
    hints = age_hint(window.get("timeWindowStart"), at), zone_hint(window.get("timeWindowTimeZone"))
    return [hint for hint in hints if hint]


def window_zone(payload: Mapping[str, object]) -> tzinfo:
    """The zone that AMC reads the window in; UTC when the request names none (AMC's default)."""
    return zone(payload.get("timeWindowTimeZone") or "UTC", "timeWindowTimeZone")


def functions_zone(payload: Mapping[str, object]) -> tzinfo:
    """The zone whose calendar the date functions go by: UTC, as ever, unless the request asks for the window's."""
    whose = payload.get("dateFunctionsTimeZone") or "UTC"
    if whose not in WHOSE_ZONE:
        raise InvalidRequest("dateFunctionsTimeZone", f"{whose!r:.60} is unknown", " or ".join(WHOSE_ZONE))
    return window_zone(payload) if whose == "window" else UTC


def evaluate(given: str, at: datetime, field: str, where: tzinfo = UTC) -> datetime | None:
    """The moment that a parameter value stands for, in the zone `where`; None when it does not begin with a call.

    InvalidRequest when it does and cannot be read. A blank before the parenthesis makes a call only of what is one, so
    that a text such as `Today (sale)` stays a text.
    """
    return read(given, field).at(in_zone(at, where), field) if _CALL.match(given) else None


def is_date_function(value: object) -> bool:
    """Whether a parameter value begins with a call that stands for a time."""
    return isinstance(value, str) and _CALL.match(value) is not None


def resolve_value(value: object, at: datetime, field: str, where: tzinfo = UTC) -> object:
    """A parameter value with its expressions resolved; lists item by item, all other types untouched."""
    if isinstance(value, list):
        return [resolve_value(item, at, f"{field}[{index}]", where) for index, item in enumerate(value)]
    found = evaluate(value, at, field, where) if isinstance(value, str) else None
    return value if found is None else text(found)


def resolve_window(payload: Mapping[str, object], at: datetime) -> dict[str, str]:
    """The window fields of an AMC execution body: `timeWindowType`, and start and end for EXPLICIT ones.

    A request without a type is EXPLICIT when it has a start, an end or a window's name, else it has no window fields:
    AMC's default. `at` is the scheduled time.
    """
    named, kind = payload.get("timeWindowName"), kind_of_window(payload)
    if kind in (None, "EXPLICIT"):
        _refuse_blanks(payload)
    clock, where = window_zone(payload), functions_zone(payload)
    if kind != "EXPLICIT":
        for key in ("timeWindowName", "settlementLag"):
            if payload.get(key):
                raise InvalidRequest(key, f"has no effect on AMC's own {kind or 'default'} window", "EXPLICIT windows")
        return {"timeWindowType": kind} if kind else {}
    local = in_zone(at, where)
    latest = settled_by(local, payload.get("settlementLag"))
    start, end = _named(payload, latest, clock) if named else _both(payload, latest, clock)
    _check_past(payload, end, at, local)
    if end <= start:
        why = "; the clocks are put back there, which local time cannot say" if end.fold > start.fold else ""
        problem = f"{text(end)} is not after timeWindowStart {text(start)}, in whole hours{why}"
        raise InvalidRequest("timeWindowEnd", problem, "an end after the start; the end is exclusive")
    if latest != local and end.replace(tzinfo=None) > latest.replace(tzinfo=None):
        problem = f"the window ends at {text(end)}, later than {text(latest)}"
        raise InvalidRequest("settlementLag", problem, "an earlier end, or a shorter lag")
    return {"timeWindowType": kind, "timeWindowStart": text(start), "timeWindowEnd": text(end)}


def _check_past(payload: Mapping[str, object], end: datetime, at: datetime, local: datetime) -> None:
    """A window has ended by the hour in which its run is due, unless the request says that it may have gaps.

    A written end is held against the moment itself, a computed one against the calendar that it was computed by.
    """
    if str(payload.get(GAPS)).lower() == "true":
        return
    given = payload.get("timeWindowEnd")
    is_written = isinstance(given, str) and given.strip()[:1] in _DIGITS
    due = in_zone(at, end.tzinfo or UTC) if is_written else local
    latest = due if due == _hour_of(due) else add(_hour_of(due), 1, "h")
    reached = end > latest if is_written else end.replace(tzinfo=None) > latest.replace(tzinfo=None)
    if reached and payload.get("settlementLag") is None:
        problem = f"the window ends at {text(end)}, and the run is due at {text(due)}"
        raise InvalidRequest("timeWindowEnd", problem, f"an end that is over by then, or {GAPS}: true")


def _hour_of(found: datetime) -> datetime:
    return found.replace(minute=0, second=0, microsecond=0)


def settled_by(local: datetime, lag: object) -> datetime:
    """The time that a window is relative to: the scheduled time, or so long before it that its data has settled."""
    if not lag:
        return local
    found = _LAG.fullmatch(lag) if isinstance(lag, str) else None
    if found is None:
        raise InvalidRequest("settlementLag", f"{lag!r:.60} cannot be read", "hours, days or weeks, such as 48h or 14d")
    return earlier(local, int(found[1]), found[2].lower(), "settlementLag")


def _named(payload: Mapping[str, object], at: datetime, clock: tzinfo) -> tuple[datetime, datetime]:
    name = payload["timeWindowName"]
    if not isinstance(name, str):
        raise InvalidRequest("timeWindowName", f"{name!r:.60} is not text", "a name such as 'last 7 days'")
    for key in _ENDS:
        if payload.get(key):
            raise InvalidRequest(key, "stands beside timeWindowName", "one of the two")
    start, end = read_name(name, "timeWindowName").at(at, "timeWindowName")
    return _whole_hour(start, clock), _whole_hour(end, clock)


def _both(payload: Mapping[str, object], at: datetime, clock: tzinfo) -> tuple[datetime, datetime]:
    for key in _ENDS:
        if not payload.get(key):
            raise InvalidRequest(key, "is missing", "both ends of an EXPLICIT window")
    start, end = (_moment(payload[key], at, clock, key) for key in _ENDS)
    return start, end


def _moment(given: object, at: datetime, clock: tzinfo, field: str) -> datetime:
    """One end in whole hours: down, but a written end up, since `23:59:59` means the whole day."""
    if not isinstance(given, str):
        raise InvalidRequest(field, f"{given!r:.60} is not text", "a date function or yyyy-MM-ddTHH:mm:ss")
    if is_name(given):
        raise InvalidRequest(field, f"{given!r} names a whole window", "timeWindowName with it, and no start or end")
    if given.strip()[:1] not in _DIGITS:
        return _whole_hour(read(given, field).at(at, field), clock)
    written = read_literal(given, clock, field)
    floor = _whole_hour(written, clock)
    return floor if field == "timeWindowStart" or floor == written else earlier(floor, -1, "h", field)


def _whole_hour(found: datetime, clock: tzinfo) -> datetime:
    """The hour that a time is in, as the clock shows it where AMC reads the window."""
    return past_gap(found.replace(minute=0, second=0, microsecond=0, tzinfo=clock))
