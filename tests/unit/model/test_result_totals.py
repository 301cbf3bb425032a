"""What a result adds up to, exactly, and how much another one differs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.errors import InvalidRecord
from wfm.model.amc_run import AmcRun
from wfm.model.csv_rows import LONGEST_LINE, CsvFormat, rows_of, rows_of_parts
from wfm.model.result_totals import ColumnChange, compare, totals

USUAL = CsvFormat()


def rows(text: str, csv_format: CsvFormat = USUAL) -> Iterator[Sequence[str]]:
    return rows_of((line.encode() for line in text.splitlines(keepends=True)), csv_format)


def of(text: str) -> dict[str, str]:
    return {name: f"{total:f}" for name, total in totals(rows(text)).columns.items()}


def test_rows_are_counted_and_columns_of_numbers_added() -> None:
    found = totals(rows("campaign,n,cost\na,1,0.10\nb,2,0.20\n"))

    assert (found.rows, found.columns) == (2, {"n": Decimal(3), "cost": Decimal("0.30")})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("n\n0.1\n0.2\n", {"n": "0.3"}, id="as people add"),
        pytest.param("n\n99999999999999999999999999999999999999\n0.00000000000000001\n",
                     {"n": "99999999999999999999999999999999999999.00000000000000001"}, id="DECIMAL(38,17)"),
        pytest.param("n\n1e3\n-.5\n", {"n": "999.5"}, id="exponents and signs"),
        pytest.param("n\n1\n\n2\n", {"n": "3"}, id="a blank line is no row"),
        pytest.param("n,m\n1,\n,\n", {"n": "1"}, id="what concerns too few people is empty"),
        pytest.param("n\n1\nNaN\n", {}, id="no number"),
        pytest.param("n\n1\n\u0661\n", {}, id="digits of another script"),
        pytest.param("n\n", {}, id="only a header"),
        pytest.param("", {}, id="nothing"),
        pytest.param('name,n\n"a\nb, c",1\n', {"n": "1"}, id="a quoted line break"),
        pytest.param("\ufeffn\n1\n", {"n": "1"}, id="a byte order mark"),
        pytest.param("n,m\n1\n2,3\n", {"n": "3", "m": "3"}, id="a short row"),
    ],
)  # fmt: skip
def test_a_column_has_a_total_if_it_holds_nothing_but_numbers(text: str, expected: dict[str, str]) -> None:
    assert of(text) == expected


def test_of_known_metrics_no_dimension_is_added_and_one_of_no_rows_is_nothing() -> None:
    run = {"outputColumns": [{"name": "campaign_id", "columnType": "DIMENSION"}, {"name": "n", "columnType": "METRIC"}]}

    assert totals(rows("campaign_id,n\n7,1\n8,2\n"), AmcRun(run).metrics).columns == {"n": Decimal(3)}
    assert totals(rows("campaign_id,n\n"), AmcRun(run).metrics).columns == {"n": Decimal(0)}
    assert AmcRun({}).metrics is None


def test_a_metric_that_is_no_number_has_no_total() -> None:
    run = {"outputColumns": [{"name": "path", "columnType": "METRIC"}]}

    assert totals(rows("path\na > b\n1\n"), AmcRun(run).metrics).columns == {}


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=17)))
def test_the_order_of_rows_changes_no_total(numbers: list[Decimal]) -> None:
    text = [f"{number:f}" for number in numbers]

    forwards, backwards = (of("n\n" + "".join(f"{one}\n" for one in each)) for each in (text, text[::-1]))

    assert forwards == backwards


def test_rows_have_the_signs_that_the_workflow_says() -> None:
    text = "campaign;n\n'a;b';1\n'it''s';2\n'a\nb';3\n"

    assert totals(rows(text, CsvFormat(";", "'"))).columns == {"n": Decimal(6)}


@pytest.mark.parametrize(
    ("content", "csv_format", "said"),
    [
        pytest.param(b"n\n\xe9\n", USUAL, "the result: cannot be read .*utf-8", id="another encoding"),
        pytest.param(b"n\n" + b"x" * 200_000 + b"\n", USUAL, "cannot be read .field larger", id="a field without end"),
        pytest.param(b"n\n", CsvFormat("||"), "outputFormat: has a sign", id="signs of two characters"),
    ],
)
def test_what_is_no_csv_is_refused_in_words(content: bytes, csv_format: CsvFormat, said: str) -> None:
    with pytest.raises(InvalidRecord, match=said):
        totals(rows_of(content.splitlines(keepends=True), csv_format))


def test_lines_are_read_one_by_one() -> None:
    held: list[bytes] = []

    def endless() -> Iterator[bytes]:
        yield b"n\n"
        for _ in range(100_000):
            assert len(held) <= 1
            held.append(b"1\n")
            yield held.pop()

    assert totals(rows_of(endless(), USUAL)).columns == {"n": Decimal(100_000)}


def test_a_change_is_in_percent_of_what_was_there_before() -> None:
    before = totals(rows("c,up,down,gone,zero,low\na,3,200,1,0,-4\n"))
    after = totals(rows("c,up,down,new,zero,low\na,4,150,1,5,-3\nb,0,0,0,0,0\n"))

    change = compare(before, after)

    found = {one.name: (one.before, one.after, one.percent) for one in change.columns}
    assert found == {
        "up": (3, 4, Decimal("33.33")),
        "down": (200, 150, Decimal("-25.00")),
        "new": (None, 1, None),
        "zero": (0, 5, None),
        "low": (-4, -3, Decimal("25.00")),
        "gone": (1, None, None),
    }
    assert change.rows == ColumnChange("rows", Decimal(1), Decimal(2))
    assert not change.is_none
    assert compare(before, before).is_none


def test_a_percentage_of_more_digits_than_anybody_writes_is_none() -> None:
    before, after = totals(rows("n\n1e-308\n")), totals(rows("n\n1e308\n"))

    (change,) = compare(before, after).columns

    assert (change.percent, change.after) == (None, Decimal("1e308"))


def test_columns_of_one_name_are_one() -> None:
    found = totals(rows("n,n,m\n1,2,3\n"))

    assert (found.columns, found.header) == ({"n": Decimal(3), "m": Decimal(3)}, ["n", "n", "m"])


def test_the_parts_of_a_result_have_one_header() -> None:
    parts = [[b"n,m\n1,", b"2\n"], [], [b"n,m\n"], [b"\xef\xbb\xbfn,m\r\n3", b",4"]]

    assert [*rows_of_parts(map(iter, parts), USUAL)] == [["n", "m"], ["1", "2"], ["3", "4"]]


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield b"n\n"
        for number in range(100):
            assert number <= 2 * LONGEST_LINE >> 20
            yield b"x" * (1 << 20)

    with pytest.raises(InvalidRecord, match="a line without an end"):
        totals(rows_of_parts([endless()], USUAL))


def test_as_json_numbers_are_exact_texts() -> None:
    change = compare(totals(rows("n\n1e3\n")), totals(rows("n\n1200.50\n")))

    assert change.to_field() == {
        "rowsBefore": 1,
        "rowsAfter": 1,
        "rowsPercent": "0.00",
        "columns": [{"name": "n", "before": "1000", "after": "1200.50", "percent": "20.05"}],
    }
