"""Results as AMC writes them, for the tests of what becomes of them."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from functions.delivery.deliver import rows_of_parts
from functions.delivery.parquet_file import Summary, write_parquet
from functions.delivery.result_rows import CsvPart
from wfm.model.csv_rows import CsvFormat
from wfm.model.result_columns import ColumnType, ResultColumn, columns_of_file
from wfm.model.result_deliveries import DeliveryOrder, ResultWindow

WEEK: Final = ResultWindow(datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
CAMPAIGN: Final = ResultColumn("campaign")
REACH: Final = ResultColumn("reach", ColumnType.LONG, is_metric=True)
USUAL: Final = CsvFormat()
COST: Final = ResultColumn("cost", ColumnType.DECIMAL, 38, 17, is_metric=True)


def an_order(**fields: Any) -> DeliveryOrder:
    base: dict[str, Any] = {
        "customer_id": "acme",
        "workflow_id": "reach",
        "run_id": "run-1",
        "created_at": datetime(2026, 11, 23, 11, 50, tzinfo=UTC),
        "window": WEEK,
        "columns": (CAMPAIGN, REACH),
        "labels": {"team": "emea"},
    }
    return DeliveryOrder(**{**base, **fields})


def in_chunks(content: bytes) -> Iterator[bytes]:
    """As a network hands it over: cut anywhere."""
    size = 7 if len(content) < 10_000 else 1 << 16
    return (content[start : start + size] for start in range(0, len(content), size))


def rows_of(
    content: bytes, columns: Sequence[ResultColumn] = (), csv_format: CsvFormat = USUAL, discriminator: str = ""
) -> list[dict[str, Any]]:
    """The typed rows of one part."""
    part = CsvPart(1, in_chunks(content), csv_format)
    found = columns_of_file(columns, discriminator, part.names)
    return [row for batch in part.batches(found) for row in batch.to_pylist()]


def a_file(*parts: bytes, order: DeliveryOrder | None = None) -> tuple[pa.Table, Summary, bytes]:
    """The Parquet file of these parts, as read back."""
    wanted, file = order or an_order(), io.BytesIO()
    opened = [CsvPart(number, in_chunks(part), wanted.format) for number, part in enumerate(parts, 1)]
    columns = columns_of_file(wanted.columns, wanted.discriminator, opened[0].names)
    batches = rows_of_parts(opened, wanted, columns)
    summary = write_parquet(batches, columns, wanted, file)  # type: ignore[arg-type]  # pyarrow asks for write() alone
    return pq.read_table(pa.BufferReader(file.getvalue())), summary, file.getvalue()
