"""JSON lines as Parquet, by pyarrow, which comes with the extra `export`.

Rows differ: a column is what all its values are (texts, whole numbers, numbers, booleans). Where they are of several
kinds, or objects and lists, it holds their JSON.
"""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Final

from wfm.errors import UsageError
from wfm.model.rows import Document, object_in

ROWS_AT_ONCE: Final = 10_000
JSON: Final = "json"
_KINDS: Final = {str: "string", bool: "bool", int: "int64", float: "double"}


def require_pyarrow() -> None:
    """UsageError where pyarrow is missing."""
    if find_spec("pyarrow") is None:
        raise UsageError("--parquet: pyarrow is missing; allowed: after `pip install 'wfm[export]'`")


def write_parquet(lines: Path, target: Path) -> None:
    """Write the rows of a file of JSON lines. It is read twice, so that it need not fit into memory."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    kinds = _columns(lines)
    types = {"string": pa.string(), "bool": pa.bool_(), "int64": pa.int64(), "double": pa.float64()}
    schema = pa.schema([(name, types.get(kind, pa.string())) for name, kind in kinds.items()])
    unfinished = target.with_suffix(".unfinished")
    with ParquetWriter(unfinished, schema) as writer:
        rows = _rows(lines)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            values = [{name: _value(row.get(name), kind) for name, kind in kinds.items()} for row in some]
            writer.write_table(pa.Table.from_pylist(values, schema))
    unfinished.replace(target)


def _rows(lines: Path) -> Iterator[Document]:
    with lines.open(encoding="utf-8") as file:
        for line in file:
            yield object_in(json.loads(line))


def _columns(lines: Path) -> dict[str, str]:
    """The kind of each column, in the order of its first value."""
    kinds: dict[str, str] = {}
    for row in _rows(lines):
        for name, value in row.items():
            if value is not None:
                kinds[name] = _common(kinds.get(name), _KINDS.get(type(value), JSON))
    return kinds


def _common(before: str | None, now: str) -> str:
    if before in (None, now):
        return now
    return "double" if {before, now} == {"int64", "double"} else JSON


def _value(value: object, kind: str) -> object:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False) if kind == JSON else value
