"""A result as a Parquet file, as pyarrow and DuckDB read it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functions.delivery.parquet_file import summary_in
from tests.unit.delivery.results import CAMPAIGN, COST, REACH, a_file, an_order
from wfm.errors import InvalidRecord
from wfm.model.result_columns import ColumnType, ResultColumn
from wfm.model.result_deliveries import file_key

HEADER = b"campaign,reach\n"


def test_parts_with_a_header_each_become_one_file() -> None:
    table, summary, _ = a_file(HEADER + b"a,1\nb,2\n", b"reach,campaign\n3,c\n", HEADER)

    assert table.column("campaign").to_pylist() == ["a", "b", "c"]
    assert table.column("reach").to_pylist() == [1, 2, 3]
    assert (summary.rows, table.num_rows) == (3, 3)


def test_each_row_says_of_which_run_and_window_it_is() -> None:
    table, _, _ = a_file(HEADER + b"a,1\n")

    (row,) = table.to_pylist()

    assert row["wfm_window_start"].isoformat() == "2026-11-16T00:00:00"
    assert row["wfm_window_end"].isoformat() == "2026-11-23T00:00:00"
    assert row["wfm_run_id"] == "run-1"
    assert json.loads(row["wfm_labels"]) == {"team": "emea"}


def test_a_file_has_the_same_columns_with_rows_and_without() -> None:
    full, _, _ = a_file(HEADER + b"a,1\n")
    empty, summary, _ = a_file(HEADER)

    assert empty.schema.equals(full.schema)
    assert (empty.num_rows, summary.rows) == (0, 0)


def test_types_are_those_that_the_table_says() -> None:
    kinds = {
        ColumnType.STRING: pa.string(), ColumnType.BOOLEAN: pa.bool_(), ColumnType.BYTE: pa.int8(),
        ColumnType.SHORT: pa.int16(), ColumnType.INTEGER: pa.int32(), ColumnType.LONG: pa.int64(),
        ColumnType.FLOAT: pa.float32(), ColumnType.DOUBLE: pa.float64(), ColumnType.DATE: pa.date32(),
        ColumnType.TIMESTAMP: pa.timestamp("ms"),
    }  # fmt: skip
    columns = (*(ResultColumn(kind.lower(), kind) for kind in kinds), COST)

    table, summary, _ = a_file(",".join(each.name for each in columns).encode(), order=an_order(columns=columns))

    assert table.schema.types[: len(columns)] == [*kinds.values(), pa.decimal128(38, 17)]
    assert summary.schema[-5:] == [
        "cost decimal(38,17)", "wfm_window_start timestamp", "wfm_window_end timestamp", "wfm_run_id string",
        "wfm_labels string",
    ]  # fmt: skip


def test_duckdb_reads_the_same_and_the_parts_of_the_path(tmp_path: Path) -> None:
    order = an_order(columns=(CAMPAIGN, REACH, COST), parameter_set="0a1b2c3d")
    _, _, content = a_file(b"campaign,reach,cost\na,9007199254740993,0.12345678901234567\n,,\n", order=order)
    path = tmp_path / file_key(order)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    wanted = "tenant, workflow, window_start::DATE::VARCHAR, campaign, reach, cost, wfm_run_id"
    with duckdb.connect() as database:
        files = database.read_parquet(f"{tmp_path}/**/*.parquet", hive_partitioning=True)
        found = files.order("campaign").project(wanted).fetchall()

    place = ("acme", "reach", "2026-11-16")
    assert found == [
        (*place, "a", 2**53 + 1, Decimal("0.12345678901234567"), "run-1"),
        (*place, None, None, None, "run-1"),
    ]


@pytest.mark.parametrize(
    ("rows", "fields", "suppressed"),
    [
        (b"a,1,2\nb,,\nc,,3\n", {}, 1),
        (b"a,1,2\n", {}, 0),
        (b"", {}, 0),
        (b"a,1,\nb,1,true\nc,,false\n", {"columns": (CAMPAIGN, REACH), "discriminator": "cost"}, 1),
        (b"a,1,TRUE\nb,1,false\n", {"columns": (), "discriminator": "cost"}, 1),
        (b"a,1,1\nb,1,0\nc,1,\n", {"discriminator": "cost"}, 1),
        (b"a,,\n", {"columns": ()}, 0),
        (b"a,,\n", {"discriminator": "elsewhere"}, 1),
    ],
    ids=[
        "all-metrics",
        "none",
        "no-rows",
        "amc-says",
        "amc-says-as-text",
        "amc-says-as-number",
        "unknown-metrics",
        "says-nothing",
    ],
)
def test_rows_of_which_amc_removed_the_metrics_are_counted(rows: bytes, fields: Any, suppressed: int) -> None:
    order = an_order(**{"columns": (CAMPAIGN, REACH, COST), **fields})

    _, summary, _ = a_file(b"campaign,reach,cost\n" + rows, order=order)

    assert summary.suppressed_rows == suppressed


def test_a_file_says_itself_what_it_holds() -> None:
    _, summary, content = a_file(HEADER + b"a,1\nb,\n")

    assert summary_in(content) == summary
    assert (summary.rows, summary.suppressed_rows) == (2, 1)


def test_the_end_of_a_large_file_says_it_too() -> None:
    _, summary, content = a_file(HEADER + b"".join(b"%d,%d\n" % (number, number) for number in range(50_000)))

    assert summary_in(content[-10_000:]) == summary


def test_a_part_of_other_columns_than_the_first_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="lacks 'reach'"):
        a_file(HEADER + b"a,1\n", b"campaign\nb\n")


def test_times_are_milliseconds_of_no_zone() -> None:
    _, _, content = a_file(HEADER + b"a,1\n")

    kinds = {each.name: str(each.logical_type) for each in pq.ParquetFile(pa.BufferReader(content)).schema}

    assert "isAdjustedToUTC=false, timeUnit=milliseconds" in kinds["wfm_window_start"]
