"""Date functions and windows."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.domain.errors import InvalidRequest
from functions.domain.times import AMC_FORMAT
from functions.domain.windows import FUNCTIONS, evaluate, resolve_value, resolve_window

AT = datetime(2023, 3, 31, 10, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NOW()", "2023-03-31T10:20:30"),
        ("now()", "2023-03-31T10:20:30"),
        ("TODAY(0)", "2023-03-31T00:00:00"),
        ("TODAY()", "2023-03-31T00:00:00"),
        ("today( -14 )", "2023-03-17T00:00:00"),
        ("TODAY(+1)", "2023-04-01T00:00:00"),
        ("FIRSTDAYOFOFFSETMONTH(-1)", "2023-02-01T00:00:00"),
        ("FirstDayOfOffsetMonth(10)", "2024-01-01T00:00:00"),
        ("FIFTEENTHDAYOFOFFSETMONTH(0)", "2023-03-15T00:00:00"),
        ("LASTDAYOFOFFSETMONTH(-1)", "2023-02-28T00:00:00"),
        ("LASTDAYOFOFFSETMONTH(11)", "2024-02-29T00:00:00"),
    ],
)
def test_the_date_functions_give_what_the_predecessors_gave(text: str, expected: str) -> None:
    found = evaluate(text, AT, "timeWindowStart")

    assert found is not None
    assert found.strftime(AMC_FORMAT) == expected


@given(
    months=st.integers(-600, 600),
    at=st.datetimes(AT.replace(tzinfo=None, year=2000), AT.replace(tzinfo=None, year=2060)),
)
def test_the_first_day_of_the_next_month_follows_the_last_day_of_this(months: int, at: datetime) -> None:
    last = FUNCTIONS["LASTDAYOFOFFSETMONTH"](at, months)
    first = FUNCTIONS["FIRSTDAYOFOFFSETMONTH"](at, months + 1)

    assert (first - last).days == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("TODAY(abc)", "TODAY(n) with a whole number n"),
        ("TODAY(-1.5)", "TODAY(n) with a whole number n"),
        ("FIRSTDAYOFOFFSETMONTH()", "FIRSTDAYOFOFFSETMONTH(n) with a whole number n"),
        ("NOW(-1)", "NOW()"),
        ("TODAY(99999999)", "TODAY(n)"),
        ("TODY(-1)", "did you mean TODAY?"),
        ("yesterday", "yyyy-MM-ddTHH:mm:ss"),
        ("2023-03-01", "yyyy-MM-ddTHH:mm:ss"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_is_allowed(text: str, told: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^timeWindowStart: ") as refused:
        resolve_window({"timeWindowStart": text, "timeWindowEnd": "TODAY(0)"}, AT)

    assert told in str(refused.value)


def test_a_window_without_a_type_is_explicit() -> None:
    window = resolve_window({"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "2023-03-30T00:00:00Z"}, AT)

    assert window == {
        "timeWindowType": "EXPLICIT",
        "timeWindowStart": "2023-03-24T00:00:00",
        "timeWindowEnd": "2023-03-30T00:00:00",
    }


def test_amcs_own_window_types_go_without_start_and_end() -> None:
    payload = {"timeWindowType": "PREVIOUS_MONTH", "timeWindowStart": "TODAY(-1)", "timeWindowEnd": "TODAY(0)"}

    assert resolve_window(payload, AT) == {"timeWindowType": "PREVIOUS_MONTH"}


def test_a_request_without_any_window_leaves_it_to_amc() -> None:
    assert resolve_window({}, AT) == {}


@pytest.mark.parametrize("end", ["TODAY(-7)", "TODAY(-8)"])
def test_a_window_that_ends_before_it_starts_names_both_ends(end: str) -> None:
    with pytest.raises(InvalidRequest, match=r"timeWindowEnd: 2023-03-2[34]T00:00:00 is not after timeWindowStart"):
        resolve_window({"timeWindowStart": "TODAY(-7)", "timeWindowEnd": end}, AT)


def test_an_explicit_window_needs_both_ends() -> None:
    with pytest.raises(InvalidRequest, match="timeWindowEnd: is missing"):
        resolve_window({"timeWindowType": "EXPLICIT", "timeWindowStart": "TODAY(-7)"}, AT)


@pytest.mark.parametrize("value", [7, 0.5, True, None, "DISPLAY", "SUM(x)", {"a": "TODAY(0)"}])
def test_parameter_values_that_are_no_date_function_pass_untouched(value: object) -> None:
    assert resolve_value(value, AT, "parameterValues.p") == value


def test_date_functions_in_lists_are_resolved_item_by_item() -> None:
    assert resolve_value(["TODAY(-1)", "x", 3], AT, "p") == ["2023-03-30T00:00:00", "x", 3]
