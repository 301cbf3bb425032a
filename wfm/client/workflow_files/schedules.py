"""A workflow's schedule as its YAML file has it, and as a library record has it."""

from collections.abc import Mapping
from typing import Final

from wfm.calendar.windows import WINDOW_FIELDS, without_idle_ends
from wfm.client.suggestions import suggest
from wfm.client.workflow_files.yaml_text import Path
from wfm.model import other_words
from wfm.model.field_names import meant
from wfm.model.request_checks import PAYLOAD_FIELDS
from wfm.model.rows import Document, object_in

PLAIN: Final = {
    "name": "Name",
    "every": "ScheduleExpression",
    "timeZone": "ScheduleExpressionTimezone",
    "description": "Description",
    "start": "StartDate",
    "end": "EndDate",
    "catchUp": "catchUp",
    "priority": "priority",
    "resubmit": "resubmit",
    "except": "except",
    "spread": "spread",
    "overlap": "overlap",
    "pauseAfter": "pauseAfter",
    "dueBy": "dueBy",
    "labels": "labels",
    "refresh": "refresh",
    "metadata": "metadata",
}
_STATES: Final = {True: "ENABLED", False: "DISABLED"}
_OWN: Final = {**PLAIN, "enabled": "State", "payload": "Input"}
Problem = tuple[Path, str]  # where in the document, and what is wrong there


def to_record(document: Document, problems: list[Problem]) -> dict[str, object]:
    """The record's `schedule`. The record's own names of the fields are taken as well, each field once."""
    record: dict[str, object] = {}
    known = {**_OWN, **{name: name for name in _OWN.values()}}
    for key, value in document.items():
        path: Path = ("schedule", key)
        if key not in known:
            words = {
                **other_words.moved(PAYLOAD_FIELDS, other_words.OF_PAYLOAD, "payload", known),
                **other_words.OF_FILES_SCHEDULE,
            }
            right = meant(str(key), known, words)
            hint = f"did you mean {_friendly(right)}?" if right else suggest(str(key), _OWN)
            problems.append((path, f"no field of a schedule; {hint}"))
        elif known[key] in record:
            problems.append(
                (path, f"is the same as {_friendly(known[key])!r}, which is there too; allowed: one of them")
            )
        elif value is None:
            problems.append((path, "is empty; allowed: a value, or no such line"))
        elif key == "enabled" and not isinstance(value, bool):
            problems.append((path, f"{value!r} is wrong; allowed: true or false"))
        elif key == "payload" and not isinstance(value, Mapping):
            problems.append((path, f"{value!r:.80} is wrong; allowed: an object, such as a window"))
        else:
            record[known[key]] = _value(key, value)
    return record


def _friendly(field: str) -> str:
    """The file's name of a field, for one that may be the record's."""
    return next((name for name, other in _OWN.items() if other == field), field)


def _value(key: str, value: object) -> object:
    if key == "enabled":
        return _STATES[bool(value)]
    return {"payload": dict(object_in(value))} if key == "payload" else value


def to_document(row: Document, workflow_id: str, default_payload: Document) -> dict[str, object]:
    """The file's content for the schedule of a library record, without defaults."""
    names = {field: name for name, field in PLAIN.items()}
    document = {names[field]: row[field] for field in names if row.get(field) is not None}
    if document.get("name") == workflow_id:
        del document["name"]
    if row.get("State") == "DISABLED":
        document["enabled"] = False
    payload = _beyond(without_idle_ends(object_in(object_in(row.get("Input")).get("payload"))), default_payload)
    return {**document, **({"payload": payload} if payload else {})}


def _beyond(payload: Document, default: Document) -> dict[str, object]:
    """The part of the scheduled payload that the default has not. A window is one thing, and comes whole."""

    def window(of: Document) -> dict[str, object]:
        return {name: value for name, value in of.items() if name in WINDOW_FIELDS}

    other = {name for name, value in payload.items() if name not in default or default[name] != value}
    kept = other - WINDOW_FIELDS if window(payload) == window(default) else other | window(payload).keys()
    return {name: payload[name] for name in payload if name in kept - {"workflowId"}}
