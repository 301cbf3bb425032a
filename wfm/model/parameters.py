"""Parameter values against what a workflow declares, before AMC takes minutes to reject them.

AMC rejects a run whose value has a name that is not declared, that gives no value where there is no default, or whose
value is of another type: a single value for an ARRAY, and null, too. A workflow that declares nothing is not judged.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Final

from wfm.calendar.windows import is_date_function, resolve_value
from wfm.errors import InvalidRecord, InvalidRequest, Problem, kind_of
from wfm.model.field_names import closest
from wfm.model.rows import Document, object_in
from wfm.model.tenant_values import Reference, TenantValues, is_reference, reference_problems

PLACE: Final = "parameterValues"
NAMED: Final = 10  # parameters that an error names
_WHOLE: Final = "a whole number"
_DECIMAL: Final = "a number"
_BITS: Final = {"BYTE": 8, "SHORT": 16, "INTEGER": 32, "LONG": 64}
_LONGEST_NUMBER: Final = 40  # characters; zeros may lead
_SOME_TIME: Final = datetime(2026, 11, 23, 12, 34, 56, tzinfo=UTC)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?Z?", re.ASCII)
_NULL: Final = "null is no value"


def _is_whole(value: object) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+(\.0+)?", str(value), re.ASCII) is not None


def _is_whole_of(bits: int) -> Callable[[object], bool]:
    most = 2 ** (bits - 1)

    def fits(value: object) -> bool:
        digits = str(value).partition(".")[0]
        return _is_whole(value) and len(digits) < _LONGEST_NUMBER and -most <= int(digits) < most

    return fits


def _is_number(value: object) -> bool:
    """Finite as AMC reads it, too: a text such as 1e400 is no DOUBLE."""
    is_written = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", str(value), re.ASCII)
    return is_written is not None and isfinite(float(str(value)))


def _is_flag(value: object) -> bool:
    return str(value).lower() in ("true", "false")


def _is_time(value: object) -> bool:
    return is_date_function(value) or _time(str(value)) is not None


def _time(text: str) -> datetime | None:
    """The time in a text, a last Z left out: AMC's own are in UTC."""
    try:
        return datetime.fromisoformat(text.strip().removesuffix("Z")) if _TIME.fullmatch(text.strip()) else None
    except ValueError:
        return None


def _is_date(value: object) -> bool:
    """A day, or its midnight, which is what date functions mean by it."""
    if is_date_function(value):
        try:
            value = resolve_value(value, _SOME_TIME, "")
        except InvalidRequest:  # what reads it for the run tells why
            return True
    found = _time(str(value))
    return found is not None and not (found.hour or found.minute or found.second)


# What a value of a type can be read as; of all other types anything is.
_TYPES: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    **{kind: (_is_whole_of(bits), f"{_WHOLE} of {bits} bits") for kind, bits in _BITS.items()},
    **dict.fromkeys(("DECIMAL", "DOUBLE", "FLOAT"), (_is_number, _DECIMAL)),
    "BOOLEAN": (_is_flag, "true or false"),
    "DATE": (_is_date, "a day such as 2026-11-23, or TODAY(-1)"),
    "TIMESTAMP": (_is_time, "a time such as 2026-11-23T00:00:00, or a date function"),
}


def declared(workflow: Document) -> Mapping[str, Document] | None:
    """The declared parameters of a workflow by name; None if it says nothing about its parameters."""
    given = workflow.get("inputParameters")
    if not isinstance(given, list):
        return None
    return {str(item["name"]): item for item in given if isinstance(item, Mapping) and item.get("name")}


def problems(values: Document, workflow: Document, *, place: str = PLACE, complete: bool = True) -> Iterator[Problem]:
    """What AMC would reject of these values; with `complete` also what is missing. Values themselves are not shown."""
    known = declared(workflow)
    if known is None:
        return
    whose = workflow.get("workflowId") or "the workflow"
    for name, value in values.items():
        if name not in known:
            yield Problem(place, f"{name!r:.80} is no parameter of {whose}{_meant(name, known)}", _names(known))
        elif value is None:
            has_default = known[name].get("defaultValue") is not None
            allowed = f"a value, or no {name} at all for its default" if has_default else "a value"
            yield Problem(f"{place}.{name}", _NULL, allowed)
        elif is_reference(value):
            yield from _of_reference(value, f"{place}.{name}", known[name])
        else:
            yield from type_problems(f"{place}.{name}", value, known[name].get("dataType"))
    missing = [name for name, item in known.items() if item.get("defaultValue") is None and name not in values]
    for name in missing if complete else ():
        kind = _spelt(known[name].get("dataType"))
        yield Problem(f"{place}.{name}", f"is missing: {whose} has no default for it", f"a value{kind}")


def _of_reference(value: Document, place: str, declared_as: Document) -> Iterator[Problem]:
    """What is wrong with what stands for a tenant's value, of a parameter that is `declared_as`."""
    found = list(reference_problems(value, place))
    yield from found
    if value.get("default") is not None:
        yield from type_problems(f"{place}.default", value["default"], declared_as.get("dataType"))
    elif not found and not Reference.read(value).required and declared_as.get("defaultValue") is None:
        problem = "is false, and the parameter has no default: a tenant without the value could not run it"
        yield Problem(f"{place}.required", problem, "true, a default beside it, or a defaultValue of the parameter")


def check_parameters(values: Document, workflow: Document) -> None:
    """InvalidRequest or InvalidRecord (of several) names what AMC would reject."""
    found = list(problems(values, workflow))
    if len(found) == 1:
        raise InvalidRequest(found[0].field, found[0].text, found[0].allowed)
    if found:
        raise InvalidRecord(found)


def check_payload_parameters(payload: Document, workflow: Document, tenant: TenantValues | None = None) -> None:
    """Like `check_parameters`, of a request's payload, with the workflow's default values beneath.

    With the values of a `tenant` also what refers to them is checked.
    """
    beneath = object_in(object_in(workflow.get("defaultPayload")).get(PLACE))
    given = {**beneath, **object_in(payload.get(PLACE))}
    check_parameters(given if tenant is None else tenant.resolved(given, PLACE), workflow)


def fitting(body: Document, workflow: Document) -> dict[str, object]:
    """The body with its values as they are declared; InvalidRequest or InvalidRecord names what AMC would reject."""
    check_parameters(object_in(body.get(PLACE)), workflow)
    return _as_declared(body, workflow)


def _as_declared(body: Document, workflow: Document) -> dict[str, object]:
    """The body for AMC with its days and times as their declared types are written; date functions mean midnights."""
    known, values = declared(workflow) or {}, object_in(body.get(PLACE))
    shaped = {name: _as_type(value, object_in(known.get(name)).get("dataType")) for name, value in values.items()}
    return {**body, **({PLACE: shaped} if values else {})}


def _as_type(value: object, kind: object) -> object:
    if isinstance(kind, Mapping) and isinstance(value, list):
        return [_as_type(item, kind.get("elementDataType")) for item in value]
    if kind in _BITS and not isinstance(value, int):
        return int(float(value)) if isinstance(value, float) else str(value).partition(".")[0]
    if kind not in ("DATE", "TIMESTAMP") or (found := _time(str(value))) is None:
        return value
    return found.isoformat(timespec="seconds") if kind == "TIMESTAMP" else found.date().isoformat()


def type_problems(place: str, value: object, kind: object) -> Iterator[Problem]:
    """What AMC would reject of a value as one of that `dataType`."""
    if isinstance(kind, Mapping):
        if kind.get("type") != "ARRAY":
            return
        if not isinstance(value, list):
            allowed = 'a list such as ["a","b"]; one value is a list of one, ["a"]'
            yield Problem(place, f"{kind_of(value)} is no list, and the parameter is an ARRAY", allowed)
            return
        for index, item in enumerate(value):
            if item is None:
                yield Problem(f"{place}[{index}]", _NULL, "a list of values")
            else:
                yield from type_problems(f"{place}[{index}]", item, kind.get("elementDataType"))
        return
    if isinstance(value, list | Mapping):
        yield Problem(place, f"{kind_of(value)} is not right, and the parameter is {kind}", "one value")
    elif isinstance(kind, str) and kind in _TYPES and not _TYPES[kind][0](value):
        yield Problem(place, f"{kind_of(value)} is not right, and the parameter is {kind}", _TYPES[kind][1])


def _meant(name: str, known: Document) -> str:
    near = closest(name.rstrip(":"), known)
    return f" (did you mean {near}?)" if near else ""


def _names(known: Document) -> str:
    more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    return ", ".join(sorted(known)[:NAMED]) + more or "none: it has no parameters"


def _spelt(kind: object) -> str:
    return f" of type {kind}" if isinstance(kind, str) else " that is a list" if kind else ""
