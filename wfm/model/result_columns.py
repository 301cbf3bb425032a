"""The columns of a result: AMC's `outputColumns`, as they stand in a Parquet file and in a table of Glue."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypedDict

from wfm.errors import InvalidRecord, Problem
from wfm.model.rows import Document, list_in, object_in, whole_number


class ColumnType(StrEnum):
    """The types of AMC that say how a value is spelled; all others are delivered as the text that AMC wrote."""

    STRING = "STRING"
    BOOLEAN = "BOOLEAN"
    BYTE = "BYTE"
    SHORT = "SHORT"
    INTEGER = "INTEGER"
    LONG = "LONG"
    FLOAT = "FLOAT"
    DOUBLE = "DOUBLE"
    DECIMAL = "DECIMAL"
    DATE = "DATE"
    TIMESTAMP = "TIMESTAMP"


_IN_GLUE: Final = {
    ColumnType.STRING: "string", ColumnType.BOOLEAN: "boolean", ColumnType.BYTE: "tinyint",
    ColumnType.SHORT: "smallint", ColumnType.INTEGER: "int", ColumnType.LONG: "bigint", ColumnType.FLOAT: "float",
    ColumnType.DOUBLE: "double", ColumnType.DATE: "date", ColumnType.TIMESTAMP: "timestamp",
}  # fmt: skip
_KNOWN: Final = frozenset(ColumnType)
_PRECISION, _SCALE = 38, 17  # of a DECIMAL of which AMC says neither
MAX_DIGITS: Final = 38  # of a DECIMAL, in Parquet as in Glue
OWN_PREFIX: Final = "wfm_"
PARTITIONS: Final = ("tenant", "workflow", "window_start")  # columns of the path, which a file cannot have too
_MAX_NAME_BYTES: Final = 255  # Glue's
_NAME: Final = re.compile(
    r"[^\x00-\x1f\x7f,;:\ud800-\udfff]+"
)  # tables part names by these signs; a half of a pair is none


class ColumnFields(TypedDict, total=False):
    """A column in a message."""

    name: str
    type: str
    precision: int
    scale: int
    isMetric: bool


@dataclass(frozen=True)
class ResultColumn:
    """A column of a result. `precision` and `scale` are a DECIMAL's, else 0."""

    name: str
    type: ColumnType = ColumnType.STRING
    precision: int = 0
    scale: int = 0
    is_metric: bool = False

    @property
    def glue_name(self) -> str:
        """Its name in a table: Glue and Athena know lower case alone."""
        return self.name.lower()

    @property
    def glue_type(self) -> str:
        """Its type in a table, such as `bigint` or `decimal(38,17)`."""
        return _IN_GLUE.get(self.type) or f"decimal({self.precision},{self.scale})"

    def as_fields(self) -> ColumnFields:
        """The column in a message."""
        fields: ColumnFields = {"name": self.name, "type": self.type}
        if self.type == ColumnType.DECIMAL:
            fields |= {"precision": self.precision, "scale": self.scale}
        return fields | {"isMetric": True} if self.is_metric else fields


def column_in(fields: ColumnFields) -> ResultColumn:
    """The column of a message."""
    return ResultColumn(
        fields["name"],
        ColumnType(fields["type"]),
        fields.get("precision", 0),
        fields.get("scale", 0),
        fields.get("isMetric", False),
    )


def read_columns(output_columns: object) -> tuple[ResultColumn, ...]:
    """The columns that a run's `outputColumns` name, in their order; none if AMC says none."""
    return tuple(_column(object_in(each)) for each in list_in(output_columns) if object_in(each).get("name"))


def _column(given: Document) -> ResultColumn:
    """A DECIMAL without digits has those of AMC's widest."""
    kind, name, is_metric = given.get("dataType"), str(given["name"]), given.get("columnType") == "METRIC"
    if kind != ColumnType.DECIMAL:
        known = isinstance(kind, str) and kind in _KNOWN
        return ResultColumn(name, ColumnType(str(kind)) if known else ColumnType.STRING, is_metric=is_metric)
    precision = whole_number(given.get("dataTypePrecision"), _PRECISION)
    scale = whole_number(given.get("dataTypeScale"), _SCALE if precision == _PRECISION else 0)
    return ResultColumn(name, ColumnType.DECIMAL, precision, scale, is_metric)


def column_problems(columns: Sequence[ResultColumn]) -> Iterator[Problem]:
    """Why these cannot be the columns of a file and of a table; nothing if they can."""
    seen = dict[str, str]()
    for column in columns:
        name = column.glue_name
        if not _is_usable(column.name):
            allowed = "1 to 255 bytes, none of ',', ';' and ':', no control characters, no space at either end"
            yield Problem("outputColumns", f"{column.name!r:.80} is no usable name", f"{allowed}; SELECT ... AS name")
        elif name in PARTITIONS or name.startswith(OWN_PREFIX):
            allowed = (
                f"other names than {', '.join(PARTITIONS)} and {OWN_PREFIX}..., which WFM adds; SELECT ... AS name"
            )
            yield Problem("outputColumns", f"{column.name!r:.80} is a name of WFM's", allowed)
        elif name in seen:
            allowed = "names that differ in more than upper and lower case, of which Athena knows nothing"
            yield Problem("outputColumns", f"{seen[name]!r:.80} and {column.name!r:.80} are one name", allowed)
        elif column.type == ColumnType.DECIMAL and not (
            0 <= column.scale <= column.precision and 1 <= column.precision <= MAX_DIGITS
        ):
            problem = f"{column.name!r:.80} is DECIMAL({column.precision},{column.scale})"
            yield Problem("outputColumns", problem, f"1 to {MAX_DIGITS} digits, and no more of them after the point")
        seen.setdefault(name, column.name)


def _is_usable(name: str) -> bool:
    is_text = _NAME.fullmatch(name) is not None and name == name.strip()
    return is_text and len(name.lower().encode()) <= _MAX_NAME_BYTES


def columns_of_file(
    columns: Sequence[ResultColumn], discriminator: str, names: Sequence[str]
) -> tuple[ResultColumn, ...]:
    """The columns of a file with these `names` in its header, in the order of the run's `columns`.

    A run without columns has text alone. AMC may add the discriminator to what the run says. InvalidRecord for a file
    of other columns, and for columns that no table can have.
    """
    said = tuple(columns or map(ResultColumn, names))
    if discriminator in names and discriminator not in {each.name for each in said}:
        said = (*said, ResultColumn(discriminator, ColumnType.BOOLEAN))
    problems = [*column_problems(said), *_differences([each.name for each in said], names)]
    if problems:
        raise InvalidRecord(problems)
    return said


def _differences(said: Sequence[str], found: Sequence[str]) -> Iterator[Problem]:
    if sorted(said) != sorted(found):
        missing, more = ([*(Counter(one) - Counter(other))] for one, other in ((said, found), (found, said)))
        parts = (("lacks", missing), ("has", more))
        problem = " and ".join(f"{verb} {', '.join(map(repr, names))}" for verb, names in parts if names)
        yield Problem(
            "the header of the result", f"{problem:.300}", f"the outputColumns of the run, {', '.join(said):.300}"
        )
