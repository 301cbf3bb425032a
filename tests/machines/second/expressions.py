"""JSONata for the second interpreter, by an engine of another author than the emulator's."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from jlens import Expression, JlensError


class NothingError(Exception):
    """An expression comes to nothing, or cannot be evaluated."""


def evaluate(expression: str, variables: dict[str, Any]) -> Any:
    """The value of an expression in which `$name` stands for each variable; raises NothingError."""
    bindings = json.loads(json.dumps(variables, default=_as_text))
    try:
        text = _compiled(expression).evaluate_json("null", bindings=bindings)
    except JlensError as exc:
        raise NothingError(f"The JSONata expression '{expression}' failed: {exc}") from exc
    if text is None:
        raise NothingError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    return json.loads(text)


@lru_cache(1024)
def _compiled(expression: str) -> Expression:
    return Expression(expression)


def _as_text(moment: datetime) -> str:
    """As Step Functions writes a time into the context object."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
