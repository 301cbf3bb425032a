"""What a workflow declares in `inputParameters`: AMC refuses it, or rejects every run, if it contradicts itself."""

from collections.abc import Iterator, Mapping
from typing import Final

from wfm.errors import Problem, kind_of
from wfm.model import sql_text
from wfm.model.field_names import closest
from wfm.model.parameters import type_problems
from wfm.model.rows import Document, object_in

_PLACE: Final = "inputParameters"
# Amazon's OpenAPI, createWorkflow.
DATA_TYPES: Final = (
    "BINARY", "BOOLEAN", "BYTE", "CALENDAR_INTERVAL", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INTEGER", "LONG", "SHORT",
    "STRING", "TIMESTAMP",
)  # fmt: skip


def declaration_problems(workflow: Document) -> Iterator[Problem]:
    """Of a workflow in AMC's field names; a parameter without a type is not judged."""
    given = workflow.get(_PLACE)
    if given is None or isinstance(given, list):
        yield from _undeclared(workflow.get(sql_text.FIELD), [object_in(item).get("name") for item in given or ()])
    if given is None:
        return
    if not isinstance(given, list):
        yield Problem(_PLACE, f"{kind_of(given)} is no list", "a list of parameters, each with name and dataType")
        return
    places: dict[object, str] = {}
    for index, item in enumerate(given):
        place = f"{_PLACE}[{index}]"
        if not isinstance(item, Mapping):
            yield Problem(place, f"{kind_of(item)} is no object", "an object with name and dataType")
            continue
        yield from _of_name(item.get("name"), place, places)
        yield from _of_type(item, place)


def _undeclared(sql: object, names: list[object]) -> Iterator[Problem]:
    """What the query uses and nobody can give: AMC compiles it only when it runs, and rejects it then."""
    used = sql_text.parameters(sql) if isinstance(sql, str) else {}
    for name, line in used.items():
        if name not in names:
            near = closest(name, [each for each in names if isinstance(each, str)])
            hint = f"; did you mean {near}?" if near else ""
            problem = f"line {line} uses CUSTOM_PARAMETER({name!r:.80}), which {_PLACE} does not declare{hint}"
            yield Problem(sql_text.FIELD, problem)


def _of_name(name: object, place: str, places: dict[object, str]) -> Iterator[Problem]:
    if not isinstance(name, str) or not name.strip():
        yield Problem(f"{place}.name", "is missing" if name is None else f"{name!r:.80} is no name", "a name")
    elif name in places:
        yield Problem(f"{place}.name", f"{name!r:.80} is there twice, first in {places[name]}", "each name once")
    else:
        places[name] = place


def _of_type(item: Document, place: str) -> Iterator[Problem]:
    kind, default = item.get("dataType"), item.get("defaultValue")
    plain = kind.get("elementDataType") if isinstance(kind, Mapping) and kind.get("type") == "ARRAY" else kind
    if kind is not None and plain not in DATA_TYPES:
        near = closest(plain, DATA_TYPES) if isinstance(plain, str) else None
        hint = f"; did you mean {near}?" if near else ""
        allowed = f"one of {', '.join(DATA_TYPES)}, or {{type: ARRAY, elementDataType: ...}}"
        yield Problem(f"{place}.dataType", f"{kind!r:.80} is none{hint}", allowed)
    elif default not in (None, "") and not (isinstance(default, str) and isinstance(kind, Mapping)):
        yield from type_problems(f"{place}.defaultValue", default, kind)  # AMC shows lists as texts
