"""The grammar: what it takes, and the column of what it does not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.calendar.date_functions import FUNCTIONS, UNITS
from wfm.calendar.expressions import Expression, read
from wfm.calendar.local_times import text
from wfm.errors import InvalidRequest

AT = datetime(2023, 3, 31, 10, 20, 30, tzinfo=UTC)


def shown(expression: str) -> str:
    return text(read(expression, "field").at(AT, "field"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("TODAY(-1) + 6h", "2023-03-30T06:00:00"),
        ("today(-1)+6H", "2023-03-30T06:00:00"),
        (" TODAY ( -1 ) - 2d ", "2023-03-28T00:00:00"),
        ("TODAY(-1)\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}6h", "2023-03-30T06:00:00"),
        ("STARTOFWEEK() + 1w", "2023-04-03T00:00:00"),
        ("now() - 30min", "2023-03-31T09:50:30"),
        ("FIRSTDAYOFOFFSETMONTH(0) - 1d + 12h - 30 min", "2023-02-28T11:30:00"),
        ("StartOfYear() + 0w", "2023-01-01T00:00:00"),
    ],
)
def test_arithmetic_follows_a_function(expression: str, expected: str) -> None:
    assert shown(expression) == expected


STEPS = st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 999), st.sampled_from(UNITS)), max_size=4)
BLANKS = st.sampled_from(["", " ", "  ", "\t"])


@given(
    name=st.sampled_from(sorted(set(FUNCTIONS) - {"NOW"})),
    number=st.integers(-999, 999),
    steps=STEPS,
    blank=BLANKS,
    spelled=st.sampled_from([str.upper, str.lower, str.title]),
)
def test_what_is_written_by_the_grammar_is_read_as_it_was_meant(
    name: str, number: int, steps: list[tuple[str, int, str]], blank: str, spelled: type[str]
) -> None:
    parts = [name, "(", str(number), ")", *(part for sign, amount, unit in steps for part in (sign, f"{amount}{unit}"))]

    found = read(spelled(blank.join(parts)), "field")

    meant = tuple((-amount if sign == "-" else amount, unit) for sign, amount, unit in steps)
    assert found == Expression(name, number, meant, found.written)


@pytest.mark.parametrize(
    ("expression", "column", "told"),
    [
        ("", 1, "no date function"),
        ("YESTERDAY()", 1, "'YESTERDAY' is no date function"),
        ("  TODY(-1)", 3, "did you mean TODAY?"),
        ("STARTWEEK(0)", 1, "did you mean STARTOFWEEK?"),
        ("prefix TODAY(-3)", 1, "'prefix' is no date function"),
        ("TODAY", 6, "'(' is missing"),
        ("TODAY -1", 7, "'(' is missing"),
        ("TODAY(-1", 9, "')' is missing"),
        ("TODAY(", 7, "')' is missing"),
        ("TODAY(abc)", 7, "'abc' is no part of a whole number"),
        ("TODAY(-1.5)", 9, "TODAY(n) with a whole number n"),
        ("TODAY(1 2)", 9, "'2' is no part"),
        ("TODAY(\N{ARABIC-INDIC DIGIT THREE})", 7, "whole number"),
        ("TODAY(1_0)", 8, "whole number"),
        ("LASTDAYOFOFFSETMONTH( )", 23, "the number is missing"),
        ("NOW(-1)", 5, "NOW takes no number; allowed: NOW()"),
        ("TODAY(-1) x", 11, "'x' is no arithmetic"),
        ("TODAY(-1)T10:00", 10, "'T10:00' is no arithmetic"),
        ("TODAY(-1) + ", 13, "is no number"),
        ("TODAY(-1) + h", 13, "'h' is no number"),
        ("TODAY(-1) + 6", 14, "is no unit"),
        ("TODAY(-1) + 6x", 14, "'x' is no unit; allowed: min, h, d, w"),
        ("TODAY(-1) + 1m", 14, "months are the functions' own number"),
        ("TODAY(-1) + 6hours", 14, "'hours' is no unit"),
        ("TODAY(-1) + TODAY(0)", 13, "'TODAY' is no number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(expression: str, column: int, told: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^field: ") as refused:
        read(expression, "field")

    assert f"at column {column}: " in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "expression",
    ["TODAY(99999999)", "TODAY(999999999999)", "STARTOFYEAR(8000)", "STARTOFMONTH(-99999)", "NOW() - 999999999999w"],
)
def test_a_date_beyond_the_calendar_is_refused(expression: str) -> None:
    with pytest.raises(InvalidRequest, match="does not name a date; allowed: the years 1 to 9999"):
        shown(expression)


@given(st.text(max_size=30) | st.text("TODAY()+-0123 hdwNOW", max_size=20))
def test_any_text_is_read_or_refused_for_the_field(anything: str) -> None:
    try:
        found = read(anything, "field").at(AT, "field")
    except InvalidRequest as refused:
        assert refused.field == "field"  # noqa: PT017 (most texts are refused, some are not)
    else:
        assert found.tzinfo is UTC
