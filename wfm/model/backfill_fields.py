"""The fields of a backfill's input, each read or refused by its name."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import Final

from wfm.calendar.local_times import in_zone, text
from wfm.errors import InvalidRequest, kind_of
from wfm.model.backfill_windows import MONTH, TUMBLING, Windows, months, windows
from wfm.model.fingerprints import canonical
from wfm.model.requests import customer_id_of
from wfm.model.rows import Document

MOST_AT_ONCE: Final = 1_000  # tenants, and parameter sets
LONGEST_ID: Final = 30
MOST_OF_A_NAME: Final = 200  # characters
MOST_DAYS: Final = 1_830  # five years, the longest that AMC keeps any data
_LOCAL_TIME: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):00:00)?", re.ASCII)
_NUMBERS: Final = re.compile(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*", re.ASCII)
_DATES: Final = "a date such as 2026-01-31, or 2026-01-31T06:00:00"
FIELDS: Final = (
    "backfillId", "customerIds", "workflowId", "workflow", "start", "end", "days", "by", "windowType",
    "allowPartialWindow", "newestFirst", "numbers", "parameterSets", "payload", "chain", "labels", "refresh",
    "resumes", "startedBy",
)  # fmt: skip
_BESIDE_PAYLOAD: Final = {
    "workflowId": "workflowId",
    "workflow": "workflow",
    "timeWindowType": "start, end and days",
    "timeWindowStart": "start",
    "timeWindowEnd": "end",
    "timeWindowName": "start and end",
}


def require_known(document: Document) -> None:
    """No field has a name that nobody reads."""
    for name in document:
        if name not in FIELDS:
            close = get_close_matches(name, FIELDS, n=1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            raise InvalidRequest(f"{name:.60}", f"is no field of a backfill{hint}", ", ".join(FIELDS))


def started_by(document: Document) -> str:
    """Who wanted it, "" where nobody says."""
    given = document.get("startedBy", "")
    if not isinstance(given, str) or len(given) > MOST_OF_A_NAME:
        raise InvalidRequest("startedBy", f"{given!r:.60} is no name", f"a text of at most {MOST_OF_A_NAME} characters")
    return given


def resumes(document: Document) -> str:
    """The id of the paused backfill that it goes on with, "" if it begins anew."""
    given = document.get("resumes", "")
    if not isinstance(given, str) or not (given == "" or is_backfill_id(given)):
        raise InvalidRequest("resumes", f"{given!r:.60} is no id of a backfill", "that of a paused one")
    return given


def begins_chains(document: Document) -> bool:
    """Whether the workflows that run after this one run after each of its requests."""
    return _truth(document, "chain", default=True)


def is_newest_first(document: Document) -> bool:
    """Whether the newest window goes first."""
    return _truth(document, "newestFirst", default=False)


def _truth(document: Document, field: str, *, default: bool) -> bool:
    given = document.get(field, default)
    if type(given) is not bool:
        raise InvalidRequest(field, f"{given!r:.60} is neither", "true or false")
    return given


def numbers(document: Document, whole: int) -> Sequence[int]:
    """The numbers of the requests that are made, of 0 to `whole` - 1: all, or those in a text such as `0-3,7`."""
    given = document.get("numbers")
    if given is None:
        return range(whole)
    if not isinstance(given, str) or not _NUMBERS.fullmatch(given):
        raise InvalidRequest("numbers", f"{given!r:.60} cannot be read", "numbers and ranges of them, such as 0-3,7")
    found: list[int] = []
    for part in given.split(","):
        first, _, last = part.partition("-")
        ends = int(first), int(last or first)
        if not (found[-1] if found else -1) < ends[0] <= ends[1] < whole:
            problem = f"{part} cannot stand there"
            raise InvalidRequest("numbers", problem, f"numbers from 0 to {whole - 1}, each once, in ascending order")
        found.extend(range(ends[0], ends[1] + 1))
    return tuple(found)


def numbers_text(numbers: Sequence[int]) -> str:
    """Ascending numbers as `numbers` reads them."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in ranges)


def is_backfill_id(name: str) -> bool:
    """Whether an execution of that name can be a backfill, and is no clean-up after one."""
    return re.fullmatch(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}", name) is not None


def backfill_id(document: Document, name: str) -> str:
    """The execution's name; a `backfillId` in its input says the same."""
    if not is_backfill_id(name):
        problem = f"{name!r:.90}, the execution's name, cannot be the backfill's id"
        raise InvalidRequest("backfillId", problem, "an execution named by 1 to 30 letters, digits, '-' and '_'")
    if document.get("backfillId", name) != name:
        problem = f"{document['backfillId']!r:.60} is not the execution's name"
        raise InvalidRequest("backfillId", problem, f"{name}, or an execution of that name")
    return name


def customer_ids(given: object) -> tuple[str, ...]:
    """The customers to run it for, each once."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_AT_ONCE:
        raise InvalidRequest(
            "customerIds", f"{given!r:.60} is not usable", f"a list of 1 to {MOST_AT_ONCE} customer ids"
        )
    found = [_customer_id(one, f"customerIds[{index}]") for index, one in enumerate(given)]
    twice = next((one for one in found if found.count(one) > 1), None)
    if twice:
        raise InvalidRequest("customerIds", f"{twice!r} stands there twice", "each customer once")
    return tuple(found)


def _customer_id(given: object, place: str) -> str:
    try:
        return customer_id_of({"customerId": given})
    except InvalidRequest as exc:
        raise InvalidRequest(place, exc.problem.text, exc.problem.allowed) from exc


def payload(document: Document) -> dict[str, object]:
    """What all requests share: the workflow, and the further fields of `payload`."""
    given = document.get("payload", {})
    if not isinstance(given, Mapping):
        raise InvalidRequest(
            "payload", f"{kind_of(given)} is no object", "an object with further fields of the request"
        )
    for name, instead in _BESIDE_PAYLOAD.items():
        if name in given:
            raise InvalidRequest(f"payload.{name}", "does not belong there", f"{instead} beside payload")
    if not isinstance(given.get("parameterValues") or {}, Mapping):
        raise InvalidRequest("payload.parameterValues", "is no object", "an object from parameter name to value")
    workflow = {name: document[name] for name in ("workflowId", "workflow") if document.get(name)}
    if len(workflow) != 1:
        raise InvalidRequest("workflowId", "needs exactly one of workflowId and workflow", "one of the two")
    return {**workflow, **given}


def parameter_sets(given: object) -> tuple[Document, ...]:
    """The parameter values to run it with, one set after the other; without any, one run with those of `payload`."""
    if given is None:
        return ({},)
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_AT_ONCE:
        raise InvalidRequest(
            "parameterSets", f"{kind_of(given)} is not usable", f"a list of 1 to {MOST_AT_ONCE} objects"
        )
    seen: dict[str, int] = {}
    for index, values in enumerate(given):
        if not isinstance(values, Mapping):
            problem = f"{kind_of(values)} is no object"
            raise InvalidRequest(f"parameterSets[{index}]", problem, "an object from parameter name to value")
        first = seen.setdefault(json.dumps(canonical(values), sort_keys=True, default=str), index)
        if first != index:
            raise InvalidRequest(f"parameterSets[{index}]", f"is the same as parameterSets[{first}]", "each set once")
    return tuple(given)


def windows_of(document: Document, where: tzinfo, now: datetime) -> Windows:
    """The windows of the range, which is over by the clock of `where`."""
    start, end = (_moment(document.get(field), field) for field in ("start", "end"))
    if end <= start:
        problem = f"{text(end)} is not after start {text(start)}"
        raise InvalidRequest("end", problem, "an end after the start; the end is exclusive")
    latest = in_zone(now, where).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    if end > latest:
        raise InvalidRequest("end", f"{text(end)} is in the future", f"at most {text(latest)}")
    partial = _truth(document, "allowPartialWindow", default=False)
    if "by" in document:
        _require_months(document)
        return months(start, end, where, partial=partial)
    days = document.get("days")
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise InvalidRequest("days", f"{days!r:.60} is no length of a window", f"a whole number, 1 to {MOST_DAYS}")
    return windows(start, end, days, str(document.get("windowType", TUMBLING)), where, partial=partial)


def _require_months(document: Document) -> None:
    by, kind = document["by"], document.get("windowType", TUMBLING)
    if by != MONTH:
        raise InvalidRequest("by", f"{by!r:.60} is no length of a window", f"{MONTH}, or days in its place")
    if "days" in document:
        raise InvalidRequest("days", f"stands beside by {MONTH}", "one of the two")
    if kind != TUMBLING:
        raise InvalidRequest("windowType", f"{kind!r:.60} stands beside by {MONTH}", TUMBLING)


def _moment(given: object, field: str) -> datetime:
    """A local time, its zone left out: days are counted by the calendar."""
    found = _LOCAL_TIME.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        raise InvalidRequest(field, f"{given!r:.60} is neither a date nor a local time in whole hours", _DATES)
    year, month, day, hour = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour)  # noqa: DTZ001 (local)
    except ValueError as exc:
        raise InvalidRequest(field, f"{given!r} does not exist: {exc}", _DATES) from exc
