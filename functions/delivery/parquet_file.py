"""Writes batches of rows as Parquet: a row group at a time, with what says of which run and window each row is."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from functions.delivery.result_rows import schema_of
from wfm.model.result_columns import ColumnType, ResultColumn
from wfm.model.result_deliveries import DeliveryOrder

ROW_GROUP_BYTES: Final = 64 << 20  # in memory, which are some 10 MB of the file
_SUMMARY: Final = b"wfm"  # the key of the summary among the file's own metadata
ADDED: Final = (
    ResultColumn("wfm_window_start", ColumnType.TIMESTAMP),
    ResultColumn("wfm_window_end", ColumnType.TIMESTAMP),
    ResultColumn("wfm_run_id"),
    ResultColumn("wfm_labels"),
)


@dataclass(frozen=True)
class Summary:
    """What a file says of itself."""

    rows: int
    suppressed_rows: int
    schema: Sequence[str]


def summary_in(file: bytes) -> Summary:
    """What the file says that ends so."""
    metadata: Mapping[bytes, bytes] = pq.read_metadata(pa.BufferReader(file)).metadata
    return Summary(**json.loads(metadata[_SUMMARY]))


def write_parquet(
    batches: Iterable[pa.RecordBatch],
    columns: Sequence[ResultColumn],
    order: DeliveryOrder,
    file: io.RawIOBase,
    row_group_bytes: int = ROW_GROUP_BYTES,
) -> Summary:
    """Write all rows; memory holds one row group at most."""
    every = (*columns, *ADDED)
    rows = suppressed = 0
    with pq.ParquetWriter(file, schema_of(every), compression="snappy") as writer:
        for group in _row_groups(batches, row_group_bytes):
            rows += group.num_rows
            suppressed += _suppressed(group, columns, order.discriminator)
            writer.write_table(_with_run(group, order), row_group_size=group.num_rows)
        summary = Summary(rows, suppressed, [f"{each.glue_name} {each.glue_type}" for each in every])
        writer.add_key_value_metadata({_SUMMARY: json.dumps(asdict(summary)).encode()})
    return summary


def _row_groups(batches: Iterable[pa.RecordBatch], row_group_bytes: int) -> Iterator[pa.Table]:
    held, size = list[pa.RecordBatch](), 0
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size >= row_group_bytes:
            yield pa.Table.from_batches(held)
            held, size = [], 0
    if held:
        yield pa.Table.from_batches(held)


def _with_run(group: pa.Table, order: DeliveryOrder) -> pa.Table:
    """The rows with what is the same for all of them."""
    times = [each.replace(tzinfo=None) for each in order.window or ()]
    values = (*times, order.run_id, json.dumps(order.labels, sort_keys=True))
    for field, value in zip(schema_of(ADDED), values, strict=True):
        group = group.append_column(field, pa.repeat(pa.scalar(value, field.type), group.num_rows))
    return group


def _suppressed(group: pa.Table, columns: Sequence[ResultColumn], discriminator: str) -> int:
    """How many rows there are of which AMC removed the metrics: it says so, or none of them has a value."""
    if discriminator in group.column_names:
        return int(pc.sum(_is_true(group.column(discriminator))).as_py() or 0)
    metrics = [group.column(each.name) for each in columns if each.is_metric]
    if not metrics:
        return 0
    nulls = pc.is_null(metrics[0])
    for each in metrics[1:]:
        nulls = pc.and_(nulls, pc.is_null(each))
    return int(pc.sum(nulls).as_py() or 0)


def _is_true(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """A run without columns has the text "true", and columns may say that it is a number."""
    if pa.types.is_string(values.type):
        return pc.equal(pc.utf8_lower(values), "true")
    return values if pa.types.is_boolean(values.type) else pc.not_equal(values, pa.scalar(0).cast(values.type))
