"""A result of any size is delivered in the same memory."""

from bench.delivery import ROW_GROUP_MEGABYTES, measured
from functions.delivery.parquet_file import ROW_GROUP_BYTES


def test_ten_times_the_rows_need_no_more_memory_to_be_delivered() -> None:
    one, ten = (measured(megabytes, row_group_megabytes=4) for megabytes in (20, 200))

    assert ten["rows"] > 9 * one["rows"]
    assert ten["arrowPeakMegabytes"] < 2 * one["arrowPeakMegabytes"]


def test_the_figures_are_of_the_row_groups_that_are_written() -> None:
    assert ROW_GROUP_MEGABYTES << 20 == ROW_GROUP_BYTES
