"""Records against the published JSON Schemas in `schemas/`."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from wfm.errors import InvalidRequest

FOLDER: Final = Path(__file__).parents[1] / "schemas"


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    """`$` as in JSON Schema: the end, and not, as in Python, also the place before a last line break."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError("does not match")


@cache
def _validator(name: str) -> Any:
    schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return extend(Draft202012Validator, {"pattern": _pattern})(schema)  # type: ignore[no-untyped-call]


def problems(name: str, record: Any) -> list[str]:
    """Each field that does not keep `schemas/<name>.json`, with what is allowed."""
    errors = sorted(_validator(name).iter_errors(record), key=lambda error: str(error.json_path))
    return [_sentence(error) for error in errors]


def _sentence(error: Any) -> str:
    field = error.json_path.removeprefix("$").removeprefix(".")
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        allowed = _description(error.schema.get("properties", {}).get(missing, {}))
        return str(InvalidRequest(f"{field}.{missing}".removeprefix("."), "is missing", allowed))
    return str(
        InvalidRequest(field or "the record", f"{error.instance!r:.80} is not right", _description(error.schema))
    )


def _description(node: Any) -> str:
    return str(node.get("description", ""))
