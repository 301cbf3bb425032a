"""Documents at the border against the JSON Schemas in `schemas/`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from functions.domain.errors import InvalidRequest

_SCHEMAS = Path(__file__).parents[2] / "schemas"


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((_SCHEMAS / f"{name}.json").read_text()))


def validate(name: str, document: Any) -> dict[str, Any]:
    """The document, if it keeps `schemas/<name>.json`; InvalidRequest names the most telling field otherwise."""
    error = best_match(_validator(name).iter_errors(document))
    if error is not None:
        raise _invalid(error)
    result: dict[str, Any] = document
    return result


def _invalid(error: Any) -> InvalidRequest:
    field = error.json_path.removeprefix("$").removeprefix(".") or "the document"
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        field = missing if field == "the document" else f"{field}.{missing}"
        return InvalidRequest(
            field,
            "is missing",
            str(error.schema.get("properties", {}).get(missing, {}).get("description", "")),
        )
    found = f"{error.instance!r:.80}"
    allowed = error.schema.get("description") or f"{error.validator} {error.validator_value!r:.120}"
    return InvalidRequest(field, f"{found} is not right", str(allowed))
