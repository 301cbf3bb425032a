"""A result's CSV as typed batches of Arrow, in constant memory."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from wfm.errors import InvalidRecord, Problem
from wfm.model.byte_stream import ByteStream
from wfm.model.csv_rows import CsvFormat
from wfm.model.result_columns import ColumnType, ResultColumn

BLOCK_BYTES: Final = 4 << 20  # of CSV at a time, and so the longest row
_BYTE_ORDER_MARK: Final = "utf-8-sig"
_ZONE: Final = r":.*(Z|[+-]\d\d(:?\d\d)?)$"  # at the end of a time
_ARROW: Final = {
    ColumnType.STRING: pa.string(), ColumnType.BOOLEAN: pa.bool_(), ColumnType.BYTE: pa.int8(),
    ColumnType.SHORT: pa.int16(), ColumnType.INTEGER: pa.int32(), ColumnType.LONG: pa.int64(),
    ColumnType.FLOAT: pa.float32(), ColumnType.DOUBLE: pa.float64(), ColumnType.DATE: pa.date32(),
    ColumnType.TIMESTAMP: pa.timestamp("ms"),
}  # fmt: skip


def arrow_type(column: ResultColumn) -> pa.DataType:
    """The type of a column in Arrow and in Parquet."""
    return _ARROW.get(column.type) or pa.decimal128(column.precision, column.scale)


class CsvPart:
    """One part of a result, of which the header has been read."""

    def __init__(self, number: int, chunks: Iterator[bytes], csv_format: CsvFormat) -> None:
        """InvalidRecord if it has no header. `number` counts from 1."""
        self.number = number
        self._format = csv_format
        self._stream = io.BufferedReader(ByteStream(chunks), BLOCK_BYTES)
        self.names = self._header()

    def _header(self) -> list[str]:
        form = self._format
        lines = (line.decode(_BYTE_ORDER_MARK) for line in iter(lambda: self._stream.readline(BLOCK_BYTES), b""))
        escape = form.escape or None
        try:
            names = next(csv.reader(lines, delimiter=form.separator, quotechar=form.quote, escapechar=escape), [])
        except (UnicodeDecodeError, csv.Error) as exc:
            raise self._wrong(f"its header cannot be read ({exc})", "CSV in UTF-8") from exc
        if not names:
            raise self._wrong("has no header", "CSV that begins with the names of its columns")
        return names

    def batches(self, columns: Sequence[ResultColumn]) -> Iterator[pa.RecordBatch]:
        """The typed rows, with these columns in this order. A field with nothing in it is null, `""` an empty text.

        InvalidRecord for what is no CSV, or no value of its column's type.
        """
        rows = 0
        for batch in self._texts():
            named = [(each, batch.column(self.names.index(each.name))) for each in columns]
            arrays = [self._typed(column, texts, rows) for column, texts in named]
            yield pa.record_batch(arrays, schema=schema_of(columns))
            rows += batch.num_rows

    def _texts(self) -> Iterator[pa.RecordBatch]:
        if not self._stream.peek(1):
            return
        form = self._format
        reading = pa.csv.ReadOptions(block_size=BLOCK_BYTES, column_names=self.names)
        parsing = pa.csv.ParseOptions(
            delimiter=form.separator,
            quote_char=form.quote,
            escape_char=form.escape or False,
            newlines_in_values=True,
            ignore_empty_lines=len(self.names) > 1,  # else a line with nothing in it is a null
        )
        converting = pa.csv.ConvertOptions(
            column_types=dict.fromkeys(self.names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )
        try:
            yield from pa.csv.open_csv(pa.PythonFile(self._stream, mode="r"), reading, parsing, converting)
        except pa.ArrowInvalid as exc:
            raise self._wrong(f"cannot be read ({exc})", f"CSV in UTF-8, rows of at most {BLOCK_BYTES} bytes") from exc

    def _typed(self, column: ResultColumn, texts: pa.Array, rows: int) -> pa.Array:
        if column.type == ColumnType.STRING:
            return texts
        cast = _caster(column)
        values = pc.if_else(pc.equal(texts, ""), None, texts)  # quoted or not, nothing is no number
        try:
            return cast(values)
        except pa.ArrowInvalid:
            index = next(index for index, value in enumerate(values) if not _fits(cast, value))
            said = f"{values[index].as_py()!r:.40} in row {rows + index + 1} is no {column.glue_type}"
            raise self._wrong(said, f"values of the type that outputColumns say of {column.name}") from None

    def _wrong(self, problem: str, allowed: str) -> InvalidRecord:
        return InvalidRecord([Problem(f"part {self.number} of the result", f"{problem:.300}", allowed)])


def schema_of(columns: Sequence[ResultColumn]) -> pa.Schema:
    """The columns of a file."""
    return pa.schema([(each.name, arrow_type(each)) for each in columns])


def _caster(column: ResultColumn) -> Callable[[pa.Array], pa.Array]:
    kind = arrow_type(column)
    return _as_timestamps if column.type == ColumnType.TIMESTAMP else lambda values: values.cast(kind)


def _as_timestamps(values: pa.Array) -> pa.Array:
    """Times as AMC writes them, without a zone; those with one become UTC's."""
    try:
        return values.cast(pa.timestamp("ms"))
    except pa.ArrowInvalid:
        has_zone = pc.match_substring_regex(values, _ZONE)
        of_utc = pc.if_else(has_zone, values, None).cast(pa.timestamp("ms", tz="UTC")).cast(pa.timestamp("ms"))
        return pc.coalesce(of_utc, pc.if_else(has_zone, None, values).cast(pa.timestamp("ms")))


def _fits(cast: Callable[[pa.Array], pa.Array], value: pa.Scalar) -> bool:
    try:
        cast(pa.array([value.as_py()], pa.string()))
    except pa.ArrowInvalid:
        return False
    return True
