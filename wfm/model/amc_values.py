"""Whether AMC shows what it was given: by its OpenAPI a value comes back as a text, and SQL in another layout."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

# Comments, blanks and line breaks say nothing, and AMC may leave them out.
_PARTS: Final = re.compile(
    r"""(?P<nothing>--[^\n]*|/\*.*?\*/|\s+)|(?P<part>'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|.)""", re.DOTALL
)


def is_same_value(given: object, shown: object) -> bool:
    """Whether AMC shows the value, as it is or as a text of it. Two texts are the same only letter by letter."""
    if isinstance(given, str) and isinstance(shown, str):
        return given == shown
    if isinstance(given, bool) or isinstance(shown, bool):
        return as_text(given).lower() == as_text(shown).lower()
    if isinstance(given, Mapping) and isinstance(shown, Mapping):
        return given.keys() == shown.keys() and all(is_same_value(given[key], shown[key]) for key in given)
    if isinstance(given, list) and isinstance(shown, list):
        return len(given) == len(shown) and all(map(is_same_value, given, shown))
    if isinstance(given, (list, Mapping)) and isinstance(shown, str):
        return _is_text_of(given, shown)
    return as_text(given) == as_text(shown) or _is_same_number(given, shown)


def as_text(value: object) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def _is_text_of(given: object, shown: str) -> bool:
    """Whether AMC shows the given value as a text: as JSON writes it, or a list as `[a, b]` or `a,b`."""
    if isinstance(given, list):
        items = [as_text(item) for item in given]
        if shown in ("[" + ", ".join(items) + "]", ",".join(items)):
            return True
    try:
        read = json.loads(shown)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, (list, Mapping)) and is_same_value(given, read)


def _is_same_number(given: object, shown: object) -> bool:
    numbers = [value for value in (given, shown) if isinstance(value, (int, float, Decimal))]
    if not numbers or isinstance(given, (list, Mapping)) or isinstance(shown, (list, Mapping)):
        return False
    try:
        return Decimal(str(given)) == Decimal(str(shown))
    except InvalidOperation:
        return False


def canonical_sql(sql: str) -> str:
    """A form of the SQL without layout and comments, to compare queries with. Not for AMC."""
    parts = [part for found in _PARTS.finditer(sql) if (part := found.group("part"))]
    while parts and parts[-1] == ";":
        parts.pop()
    return "\n".join(parts)
