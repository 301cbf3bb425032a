"""Which columns a query puts out, read from its last SELECT.

Good enough for believable results, not a SQL parser.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_WORDS = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\w+|\S", re.DOTALL)
_METRIC = re.compile(r"\b(COUNT|SUM|AVG|MIN|MAX|APPROX_\w+|STDDEV\w*)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """Name and kind (METRIC or DIMENSION) of an output column, and what its workflow declares of its type."""

    name: str
    kind: str
    declared: tuple[tuple[str, Any], ...] = ()

    @property
    def data_type(self) -> Any:
        """As it was declared (of an array an object), else by what its made-up values are."""
        made_up = "STRING" if self.kind != "METRIC" else "DOUBLE" if "rate" in self.name.lower() else "LONG"
        return dict(self.declared).get("dataType", made_up)

    def as_json(self) -> dict[str, Any]:
        """As in an execution's `outputColumns`. [sample collection; digits of a DECIMAL: OpenAPI]"""
        return {"columnType": self.kind, **dict(self.declared), "dataType": self.data_type, "name": self.name}


def output_columns(definition: dict[str, Any]) -> Sequence[Column]:
    """The declared ones, else those of the SQL, else a single count."""
    declared = [item for item in definition.get("outputColumns") or [] if item.get("name")]
    if declared:
        return [Column(item["name"], item.get("columnType") or "DIMENSION", _type_of(item)) for item in declared]
    return _columns_of(str(definition.get("sqlQuery") or ""))


def _type_of(item: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    names = ("dataType", "dataTypePrecision", "dataTypeScale")
    return tuple((name, item[name]) for name in names if item.get(name) is not None)


@lru_cache(maxsize=256)
def _columns_of(sql: str) -> tuple[Column, ...]:
    """Remembered, because every list of runs shows them."""
    items = {name: item for item in _selected(sql) if (name := _name(item))}
    columns = [Column(name, "METRIC" if _METRIC.search(item) else "DIMENSION") for name, item in items.items()]
    return tuple(columns) or (Column("row_count", "METRIC"),)


def _selected(sql: str) -> list[str]:
    """The items between the last SELECT outside parentheses and its FROM, split at their commas."""
    items: list[str] = []
    depth, selecting = 0, False
    for word in _WORDS.findall(sql):
        if word.startswith(("--", "/*")):
            continue
        depth += (word == "(") - (word == ")")
        if depth == 0 and word.upper() == "SELECT":
            items, selecting = [""], True
        elif depth == 0 and word.upper() == "FROM":
            selecting = False
        elif selecting and depth == 0 and word == ",":
            items.append("")
        elif selecting:
            items[-1] += f" {word}"
    return items


def _name(item: str) -> str | None:
    """The alias, or the last part of a dotted column name."""
    found = re.search(r"(\w+)\s*$", item)
    return found.group(1) if found else None
