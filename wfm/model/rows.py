"""Rows of tables and items of AMC's, field names as users know them, before anybody has checked what stands in them."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Document = Mapping[str, object]  # who reads a field says what it has to be


def object_in(value: object) -> Document:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def text_or_none(value: object) -> str | None:
    """The value as text; None for what is missing or empty."""
    return str(value) if value else None


def whole_number(value: object, default: int) -> int:
    """The value as a whole number; the default where it is no number."""
    return int(value) if isinstance(value, int | float | Decimal) else default


def plain(value: object, collect: Callable[[Iterable[Any]], object] = sorted) -> object:
    """A stored value as JSON has it: DynamoDB's numbers become int or float, its sets what `collect` makes of them."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {key: plain(item, collect) for key, item in value.items()}
        case list():
            return [plain(item, collect) for item in value]
        case set() | frozenset():
            return collect(plain(item, collect) for item in value)
        case _:
            return value
