"""Documents at the border against the JSON Schemas in `schemas/`."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfm.errors import InvalidRequest, Problem, kind_of
from wfm.model.rows import Document, object_in

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_PACKAGE: Final = Path(__file__).parents[1]
# The wheel and the Lambda asset carry the schemas inside the package; in a clone they stand beside it.
FOLDER: Final = next(folder for folder in (_PACKAGE / "schemas", _PACKAGE.parent / "schemas") if folder.is_dir())
_NOT_SHOWN: Final = frozenset({"sqlQuery", "workflow", "parameterValues", "parameterSets", "defaultPayload"})
_LONGEST_NAME: Final = 80


def _pattern(_: object, pattern: str, instance: object, __: object) -> "Iterator[ValidationError]":
    """JSON Schema means ECMAScript, where `$` is the end; in Python it also stands before a last newline."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("does not match")


@cache
def read(name: str) -> Document:
    """`schemas/<name>.json`."""
    document: Document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return document


@cache
def _validator(name: str) -> "Draft202012Validator":
    """jsonschema is loaded with the first document: importing it takes longer than all of this package."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    schema, kind = dict(read(name)), Draft202012Validator
    validator: Draft202012Validator = extend(kind, {"pattern": _pattern})(schema)  # type: ignore[no-untyped-call]
    return validator


def validate(name: str, document: object) -> Document:
    """The document, if it keeps `schemas/<name>.json`; InvalidRequest names the field that explains most otherwise."""
    from jsonschema.exceptions import best_match

    error = best_match(_validator(name).iter_errors(document))
    if error is not None:
        raise _invalid(error)
    return object_in(document)


def problems(name: str, document: object) -> list[Problem]:
    """Everything in which the document does not keep the schema."""
    errors = sorted(_validator(name).iter_errors(document), key=lambda error: str(error.json_path))
    return [_invalid(error).problem for error in errors]


def _invalid(error: "ValidationError") -> InvalidRequest:
    field = error.json_path.removeprefix("$").removeprefix(".") or "the document"
    schema = object_in(error.schema)
    if isinstance(error.validator_value, list) and error.validator == "required":
        missing = next(name for name in error.validator_value if name not in object_in(error.instance))
        field = missing if field == "the document" else f"{field}.{missing}"
        described = object_in(object_in(schema.get("properties")).get(missing))
        return InvalidRequest(field, "is missing", str(described.get("description", "")))
    allowed = schema.get("description") or f"{error.validator} {error.validator_value!r:.120}"
    if not error.absolute_path and error.validator == "type":
        names = schema.get("required")
        allowed = f"an object with {', '.join(names)}" if isinstance(names, list) else "an object"
    return InvalidRequest(field, f"{_found(error)} is not right", str(allowed))


def _found(error: "ValidationError") -> str:
    """The value, or only its kind where SQL and parameters stand and where it may be one that got into the wrong field.

    What WFM says of a request reaches logs, announcements and dead letters.
    """
    value = error.instance
    is_name = not isinstance(value, str) or (len(value) <= _LONGEST_NAME and len(value.split()) <= 2)
    is_scalar = not isinstance(value, list | dict) and object_in(error.schema).get("type") != "object"
    return f"{value!r:.80}" if is_name and is_scalar and _NOT_SHOWN.isdisjoint(error.absolute_path) else kind_of(value)
