"""A result's CSV as typed rows."""

from datetime import date
from decimal import Decimal
from math import isnan
from typing import Any

import pytest

from functions.delivery.result_rows import BLOCK_BYTES, CsvPart
from tests.unit.delivery.results import CAMPAIGN, REACH, in_chunks, rows_of
from wfm.errors import InvalidRecord
from wfm.model.csv_rows import CsvFormat
from wfm.model.result_columns import ColumnType, ResultColumn


def a_value(text: str, kind: ColumnType, precision: int = 0, scale: int = 0) -> Any:
    """What comes of a field with this text."""
    (row,) = rows_of(f"campaign,v\nx,{text}\n".encode(), [CAMPAIGN, ResultColumn("v", kind, precision, scale)])
    return row["v"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("9007199254740993", ColumnType.LONG, 2**53 + 1),
        ("9223372036854775807", ColumnType.LONG, 2**63 - 1),
        ("-2147483648", ColumnType.INTEGER, -(2**31)),
        ("-32768", ColumnType.SHORT, -(2**15)),
        ("127", ColumnType.BYTE, 127),
        ("0.1", ColumnType.DOUBLE, 0.1),
        ("1.5E-7", ColumnType.DOUBLE, 1.5e-7),
        ("0.5", ColumnType.FLOAT, 0.5),
        ("true", ColumnType.BOOLEAN, True),
        ("FALSE", ColumnType.BOOLEAN, False),
        ("2026-11-23", ColumnType.DATE, date(2026, 11, 23)),
        ("007", ColumnType.STRING, "007"),
        ("NaN", ColumnType.STRING, "NaN"),
        ("null", ColumnType.STRING, "null"),
    ],
)
def test_a_value_keeps_its_type(text: str, kind: ColumnType, value: Any) -> None:
    assert a_value(text, kind) == value


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-23T14:05:06.789", "2026-11-23T14:05:06.789"),
        ("2026-11-23T14:05:06", "2026-11-23T14:05:06.000"),
        ("2026-11-23 14:05:06.7", "2026-11-23T14:05:06.700"),
        ("2026-11-23T14:05:06.789Z", "2026-11-23T14:05:06.789"),
        ("2026-11-23T14:05:06+02:00", "2026-11-23T12:05:06.000"),
        ("0001-01-01T00:00:00.000", "0001-01-01T00:00:00.000"),
    ],
)
def test_a_time_has_milliseconds_and_no_zone(text: str, time: str) -> None:
    assert a_value(text, ColumnType.TIMESTAMP).isoformat(timespec="milliseconds") == time


def test_times_with_a_zone_and_without_may_stand_in_one_column() -> None:
    content = b"at\n2026-11-23T14:00:00\n\n2026-11-23T14:00:00Z\n2026-11-23\n2026-11-23T14:00:00-01\n"

    rows = rows_of(content, [ResultColumn("at", ColumnType.TIMESTAMP)])

    assert [row["at"] and row["at"].hour for row in rows] == [14, None, 14, 0, 15]


@pytest.mark.parametrize("text", ["123456789012345678901.12345678901234567", "-0.00000000000000001", "1E+3", "0"])
def test_a_decimal_keeps_each_digit(text: str) -> None:
    assert a_value(text, ColumnType.DECIMAL, 38, 17) == Decimal(text)


def test_a_number_with_a_point_may_be_none() -> None:
    assert isnan(a_value("NaN", ColumnType.DOUBLE))


@pytest.mark.parametrize(
    ("text", "kind", "in_words"),
    [
        ("NaN", ColumnType.LONG, "'NaN' in row 1 is no bigint"),
        ("9223372036854775808", ColumnType.LONG, "'9223372036854775808' in row 1 is no bigint"),
        ("2147483648", ColumnType.INTEGER, "'2147483648' in row 1 is no int"),
        ("1.5", ColumnType.LONG, "'1.5' in row 1 is no bigint"),
        ("yes", ColumnType.BOOLEAN, "'yes' in row 1 is no boolean"),
        ("23.11.2026", ColumnType.DATE, "'23.11.2026' in row 1 is no date"),
        ("2026-11-23T14:05:06.7891", ColumnType.TIMESTAMP, "'2026-11-23T14:05:06.7891' in row 1 is no timestamp"),
    ],
)
def test_what_is_no_value_of_its_type_is_named(text: str, kind: ColumnType, in_words: str) -> None:
    with pytest.raises(InvalidRecord, match="part 1 of the result: ") as refused:
        a_value(text, kind)

    assert in_words in str(refused.value)
    assert "; allowed: values of the type that outputColumns say of v" in str(refused.value)


@pytest.mark.parametrize("text", ["NaN", "1.123456789012345678", "1234567890123456789012"])
def test_a_decimal_that_would_lose_digits_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecord, match=r"in row 1 is no decimal\(38,17\)"):
        a_value(text, ColumnType.DECIMAL, 38, 17)


def test_the_row_that_is_named_is_counted_from_the_first_of_the_part() -> None:
    line = b"x" * 1000 + b",1\n"
    good = BLOCK_BYTES // len(line) * 2

    with pytest.raises(InvalidRecord, match=rf"'lots' in row {good + 1} is no bigint"):
        rows_of(b"campaign,reach\n" + line * good + b"x,lots\n", [CAMPAIGN, REACH])


@pytest.mark.parametrize("kind", [ColumnType.LONG, ColumnType.DATE, ColumnType.BOOLEAN, ColumnType.TIMESTAMP])
@pytest.mark.parametrize("nothing", ["", '""'], ids=["bare", "quoted"])
def test_nothing_is_null_in_what_is_no_text(kind: ColumnType, nothing: str) -> None:
    assert a_value(nothing, kind) is None


def test_nothing_is_null_and_quotes_around_nothing_are_an_empty_text() -> None:
    rows = rows_of(b'campaign,reach\n,1\n"",2\n" ",3\n', [CAMPAIGN, REACH])

    assert [row["campaign"] for row in rows] == [None, "", " "]


def test_blocks_are_cut_at_the_ends_of_rows_and_not_at_newlines_within_quotes() -> None:
    value = "x\n" * 500
    count = BLOCK_BYTES * 2 // len(value)

    rows = rows_of(b"campaign,reach\n" + f'"{value}",1\n'.encode() * count, [CAMPAIGN, REACH])

    assert len(rows) == count
    assert {row["campaign"] for row in rows} == {value}


def test_a_line_with_nothing_in_it_is_a_null_of_the_only_column_and_no_row_of_several() -> None:
    assert rows_of(b"campaign\na\n\nb\n", [CAMPAIGN]) == [{"campaign": "a"}, {"campaign": None}, {"campaign": "b"}]
    assert len(rows_of(b"campaign,reach\na,1\n\nb,2\n", [CAMPAIGN, REACH])) == 2


def test_newlines_quotes_and_separators_within_quotes_belong_to_the_value() -> None:
    rows = rows_of(b'campaign,reach\n"a\nb, ""c""\r\n",1\n', [CAMPAIGN, REACH])

    assert rows == [{"campaign": 'a\nb, "c"\r\n', "reach": 1}]


@pytest.mark.parametrize(
    "content",
    [
        b"campaign,reach\na,1\n",
        b"campaign,reach\na,1",
        b"campaign,reach\r\na,1\r\n",
        b"\xef\xbb\xbfcampaign,reach\na,1\n",
        b'"campaign","reach"\n"a","1"\n',
    ],
    ids=["usual", "no-last-newline", "crlf", "byte-order-mark", "quoted"],
)
def test_spellings_of_csv_are_read_alike(content: bytes) -> None:
    assert rows_of(content, [CAMPAIGN, REACH]) == [{"campaign": "a", "reach": 1}]


@pytest.mark.parametrize("content", [b"campaign,reach\n", b"campaign,reach", b"campaign,reach\n\n"])
def test_a_header_alone_is_a_result_without_rows(content: bytes) -> None:
    assert rows_of(content, [CAMPAIGN, REACH]) == []


def test_a_header_may_have_newlines_in_quotes() -> None:
    part = CsvPart(1, in_chunks(b'"cam\npaign",reach\na,1\n'), CsvFormat())

    assert part.names == ["cam\npaign", "reach"]


def test_a_workflow_has_signs_of_its_own() -> None:
    rows = rows_of(b"campaign|reach\n'a\\'b|c'|1\n", [CAMPAIGN, REACH], CsvFormat("|", "'", "\\"))

    assert rows == [{"campaign": "a'b|c", "reach": 1}]


def test_columns_come_in_the_order_of_the_run_whatever_the_files_is() -> None:
    (row,) = rows_of(b"reach,campaign\n1,a\n", [CAMPAIGN, REACH])

    assert list(row.items()) == [("campaign", "a"), ("reach", 1)]


def test_without_columns_all_is_text() -> None:
    assert rows_of(b"campaign,reach\na,007\n") == [{"campaign": "a", "reach": "007"}]


def test_the_discriminator_may_be_in_the_file_alone() -> None:
    rows = rows_of(b"campaign,reach,filtered\na,,TRUE\n", [CAMPAIGN, REACH], discriminator="filtered")

    assert rows == [{"campaign": "a", "reach": None, "filtered": True}]


@pytest.mark.parametrize(
    ("header", "in_words"),
    [
        (b"campaign", "lacks 'reach'; allowed: the outputColumns of the run, campaign, reach"),
        (b"campaign,reach,cost", "has 'cost'"),
        (b"campaign,Reach", "lacks 'reach' and has 'Reach'"),
        (b"campaign,reach,reach", "has 'reach'"),
        (b"<!DOCTYPE html>", "lacks 'campaign', 'reach' and has '<!DOCTYPE html>'"),
    ],
    ids=["fewer", "more", "case", "twice", "no-csv"],
)
def test_a_file_of_other_columns_than_amc_says_is_refused(header: bytes, in_words: str) -> None:
    with pytest.raises(InvalidRecord, match="the header of the result: ") as refused:
        rows_of(header + b"\n", [CAMPAIGN, REACH])

    assert in_words in str(refused.value)


def test_a_file_of_which_amc_says_no_columns_may_have_no_name_twice() -> None:
    with pytest.raises(InvalidRecord, match="'reach' and 'Reach' are one name"):
        rows_of(b"reach,Reach\n1,2\n")


@pytest.mark.parametrize(
    ("content", "in_words"),
    [
        (b"", "part 1 of the result: has no header"),
        (b"\n", "part 1 of the result: has no header"),
        (b"campaign,reach\na\n", "Expected 2 columns, got 1"),
        (b"campaign,reach\na,1,2\n", "Expected 2 columns, got 3"),
        (b"campaign,reach\n\xff,1\n", "invalid UTF8"),
        (b"\xff\xfe,reach\n", "its header cannot be read"),
        (b'campaign,reach\n"a,1\n', "cannot be read"),
        (b"campaign,reach\n" + b"x" * (BLOCK_BYTES * 2) + b",1\n", "rows of at most"),
    ],
    ids=["empty", "blank", "short-row", "long-row", "no-utf8", "utf16", "open-quote", "endless-row"],
)
def test_what_is_no_csv_is_refused_in_words(content: bytes, in_words: str) -> None:
    with pytest.raises(InvalidRecord, match="part 1 of the result") as refused:
        rows_of(content, [CAMPAIGN, REACH])

    assert in_words in str(refused.value)


def test_what_ends_the_stream_is_not_taken_for_bad_csv() -> None:
    def broken() -> Any:
        yield b"campaign,reach\na,1\n"
        raise ConnectionError("gone")

    part = CsvPart(1, broken(), CsvFormat())

    with pytest.raises(ConnectionError, match="gone"):
        list(part.batches([CAMPAIGN, REACH]))
