"""A run's parameter values against what its workflow declares, as AMC compares them after it has accepted the run.

[practitioners: undeclared, missing and scalar for an array are REJECTED; texts: ours]
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from local.amc_simulator.echo import as_text
from local.amc_simulator.moments import from_local_text

_WHOLE = re.compile(r"[+-]?\d+")


def parameter_problem(definition: Mapping[str, Any], values: Mapping[str, Any]) -> str | None:
    """The first value that AMC cannot use, or the first that it misses."""
    declared = {item["name"]: item for item in definition.get("inputParameters") or []}
    for name in values:
        if name not in declared:
            return f"Parameter {name} was provided but is not declared by the workflow."
    for name, item in declared.items():
        if values.get(name) is None and item.get("defaultValue") is None:
            return f"No value was provided for the parameter {name}."
        if values.get(name) is not None and not _fits(item["dataType"], values[name]):
            return f"The value of the parameter {name} is not of the type {_shown(item['dataType'])}."
    return None


def _fits(kind: Any, value: Any) -> bool:
    """Whether a value is of the type, or a text that says one."""
    if isinstance(kind, Mapping):
        return isinstance(value, list) and all(_fits(kind["elementDataType"], item) for item in value)
    if isinstance(value, (list, Mapping)):
        return False
    reader = _READERS.get(kind)
    try:
        return reader is None or reader(as_text(value)) is not False
    except (ValueError, InvalidOperation):
        return False


def _shown(kind: Any) -> str:
    return f"ARRAY of {kind['elementDataType']}" if isinstance(kind, Mapping) else str(kind)


def _is_whole_of(bits: int) -> Callable[[str], object]:
    """Whether a text is a whole number that so many bits hold."""
    return lambda text: _WHOLE.fullmatch(text) is not None and -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1)


def _is_number(text: str) -> bool:
    """Decimal reads NaN and Infinity, too, and numbers that no type holds."""
    return Decimal(text).is_finite() and isfinite(float(text))


def _is_boolean(text: str) -> bool:
    return text.lower() in ("true", "false")


def _is_date(text: str) -> object:
    return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007


_READERS: dict[str, Callable[[str], object]] = {
    **{kind: _is_whole_of(bits) for kind, bits in (("BYTE", 8), ("SHORT", 16), ("INTEGER", 32), ("LONG", 64))},
    **dict.fromkeys(("DECIMAL", "DOUBLE", "FLOAT"), _is_number),
    "BOOLEAN": _is_boolean,
    "DATE": _is_date,
    "TIMESTAMP": lambda text: from_local_text(text, "UTC"),
}
