"""What is wrong with a workflow from files beyond the form of its YAML: its parameters, schedule and windows."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from wfm.calendar.windows import idle_ends, lone_zone
from wfm.client.suggestions import suggest
from wfm.client.workflow_files import yaml_text
from wfm.client.workflow_files.documents import TARGETING
from wfm.client.workflow_files.schedules import PLAIN
from wfm.client.workflow_files.yaml_text import Path
from wfm.errors import InvalidRecord, InvalidRequest, Problem
from wfm.model import json_schema, sql_text
from wfm.model.dynamodb_limits import MAX_DOCUMENT_CHARS, check_storable
from wfm.model.library_checks import check_library_record, doubts
from wfm.model.library_workflows import read_library_record
from wfm.model.parameter_declarations import DATA_TYPES
from wfm.model.record_fields import PARAMETER_FIELDS, unread_in_library_record
from wfm.model.rows import Document, object_in

Finding = tuple[str, int, str]  # "sql" or "yaml", the line there, and what is wrong
_HARMLESS: Final = {"workflowId": "a", "sqlQuery": "SELECT 1"}  # stand for what a record cannot be without
_NAMES: Final = {field: name for name, field in PLAIN.items()} | {"State": "enabled", "Input": "payload"}


def check(record: Document, document: yaml_text.Document, now: datetime) -> tuple[list[Finding], list[Finding]]:
    """The errors and the warnings of a record from files."""
    wrong = [*_undeclared(record), *_misspelt(record, document)]
    problems = [*_unstorable(record), *_refusals(record, now), *_contradictions(record)]
    wrong += [("yaml", document.line(_path(problem.field)), str(problem)) for problem in problems]
    return wrong, [
        *_unused(record, document),
        *_two_zones(record, document),
        *(() if wrong else _doubtful(record, document, now)),
        *_unread(record, document),
    ]


def _unread(record: Document, document: yaml_text.Document) -> Iterator[Finding]:
    """Names that nobody reads, under the file's own."""
    for warning in unread_in_library_record(record):
        place, _, text = warning.partition(":")
        field = _renamed(Problem(place, "", "")).field
        yield "yaml", document.line(_path(field)), f"{field}:{text}"


def _doubtful(record: Document, document: yaml_text.Document, now: datetime) -> Iterator[Finding]:
    """Windows that begin before what AMC keeps, and zones that are not what their names read like."""
    for place, hint in doubts(read_library_record({"version": 1, **record, "sqlQuery": _HARMLESS["sqlQuery"]}), now):
        field = _renamed(Problem(place, "", "")).field
        yield "yaml", document.line(_path(field)), f"{field}: {hint}"


def _two_zones(record: Document, document: yaml_text.Document) -> Iterator[Finding]:
    """A schedule that fires by one clock and reads by another: files say both, since records do."""
    schedule = object_in(record.get("schedule"))
    inside = object_in(object_in(schedule.get("Input")).get("payload"))
    payload = {**object_in(record.get("defaultPayload")), **inside}
    fires_in = schedule.get("ScheduleExpressionTimezone")
    has_dates = any(payload.get(name) for name in ("timeWindowName", "timeWindowStart", "timeWindowEnd"))
    if fires_in in (None, "", "UTC") or not has_dates or payload.get("timeWindowTimeZone"):
        return
    problem = f"fires by the clock of {fires_in}, and its window goes by UTC"
    allowed = "timeWindowTimeZone beside the window, and dateFunctionsTimeZone: window for its dates"
    yield "yaml", document.line(("schedule", "timeZone")), f"schedule.timeZone: {problem}; if it shall not: {allowed}"


def _contradictions(record: Document) -> Iterator[Problem]:
    """A start and an end that AMC would ignore, and a zone that puts the default window out of force."""
    yield from idle_ends(object_in(record.get("defaultPayload")), "defaultPayload")
    given = object_in(object_in(record.get("schedule")).get("Input"))
    payload = object_in(given.get("payload"))
    yield from idle_ends(payload, "schedule.payload")
    yield from lone_zone(payload, object_in(record.get("defaultPayload")), "schedule.payload")


def _declared(record: Document) -> list[Document]:
    given = record.get("inputParameters")
    return [item for item in given if isinstance(item, Mapping)] if isinstance(given, list) else []


def _used(record: Document) -> dict[str, int]:
    return sql_text.parameters(str(record["sqlQuery"]))


def _undeclared(record: Document) -> Iterator[Finding]:
    """AMC compiles such a query only when it runs, and rejects it then."""
    names = [str(item.get("name")) for item in _declared(record)]
    for name, line in _used(record).items():
        if name not in names:
            close = suggest(name, names) if names else "there are none"
            yield "sql", line, f"CUSTOM_PARAMETER({name!r}): is not declared in inputParameters; {close}"


def _unused(record: Document, document: yaml_text.Document) -> Iterator[Finding]:
    used = _used(record)
    for index, item in enumerate(_declared(record)):
        if item.get("name") not in used:
            line = document.line(("inputParameters", index, "name"))
            yield "yaml", line, f"inputParameters[{index}]: {item.get('name')!r} is not used in the SQL"


def _misspelt(record: Document, document: yaml_text.Document) -> Iterator[Finding]:
    for index, item in enumerate(_declared(record)):
        if item.get("dataType") is None:
            line, allowed = document.line(("inputParameters", index)), f"one of {', '.join(DATA_TYPES)}"
            yield "yaml", line, f"inputParameters[{index}].dataType: is missing; allowed: {allowed}"
        for key in item:
            if key not in PARAMETER_FIELDS:
                line = document.line(("inputParameters", index, key))
                hint = suggest(str(key), PARAMETER_FIELDS)
                yield "yaml", line, f"inputParameters[{index}].{key}: no field of a parameter; {hint}"


def _unstorable(record: Document) -> Iterator[Problem]:
    """A tenant's row holds the workflow beside WFM's own fields, in an item of at most 400 KB."""
    try:
        check_storable(record)
    except InvalidRequest as exc:
        yield exc.problem
        return
    size = len(json.dumps(record, ensure_ascii=False).encode())
    if size > MAX_DOCUMENT_CHARS:
        yield Problem("the workflow", f"has {size} bytes with its SQL", str(MAX_DOCUMENT_CHARS))


def _refusals(record: Document, now: datetime) -> list[Problem]:
    """The problems for which the library itself would refuse it, under the file's own names.

    It stops at the first kind of problem. So whatever is wrong is taken out, and the rest checked again.
    """
    left: dict[str, object] = {"version": 1, **record, "sqlQuery": _HARMLESS["sqlQuery"]}  # read by sql_text
    found: list[Problem] = []
    wrong, taken_out = {"something"}, set[str]()
    while wrong:
        problems = [problem for problem in _problems(left, now) if _first_name(problem) not in taken_out]
        wrong = {_first_name(problem) for problem in problems} & left.keys()
        taken_out |= wrong - _HARMLESS.keys()
        left = {name: value for name, value in left.items() if name not in wrong} | {
            name: value for name, value in _HARMLESS.items() if name in wrong and left[name] != value
        }
        found += problems
    return [_renamed(problem) for problem in found]


def _first_name(problem: Problem) -> str:
    return re.split(r"[.\[]", problem.field)[0]


def _problems(record: Document, now: datetime) -> Sequence[Problem]:
    try:
        check_library_record(record, partial(json_schema.problems, "library_record"), now)
    except InvalidRecord as exc:
        return exc.problems
    return []


def _renamed(problem: Problem) -> Problem:
    """`schedule.ScheduleExpression: ...` is `schedule.every: ...` in a file."""
    first, *inner = problem.field.split(".")
    if first.partition("[")[0] in TARGETING:
        return problem.within("targeting")
    if first == "schedule":
        inner = [_NAMES.get(name, name) for name in inner]
        inner = [name for index, name in enumerate(inner) if name != "payload" or "payload" not in inner[:index]]
    return replace(problem, field=".".join([first, *inner]))


def _path(field: str) -> Path:
    """Where in the document a field is."""
    parts = re.findall(r"[^.\[\]]+", field)
    return tuple(int(part) if part.isdigit() else part for part in parts)
