"""Windows by name."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.calendar.local_times import text
from wfm.calendar.named_windows import EXAMPLES, is_name, read
from wfm.errors import InvalidRequest

AT = datetime(2023, 3, 31, 10, 20, 30, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("yesterday", "2023-03-30T00", "2023-03-31T00"),
        ("last 7 days", "2023-03-24T00", "2023-03-31T00"),
        ("LAST  1 Day", "2023-03-30T00", "2023-03-31T00"),
        ("previous 24 hours", "2023-03-30T10", "2023-03-31T10"),
        ("last 4 weeks", "2023-02-27T00", "2023-03-27T00"),
        ("last 3 months", "2022-12-01T00", "2023-03-01T00"),
        ("last month", "2023-02-01T00", "2023-03-01T00"),
        ("previous month", "2023-02-01T00", "2023-03-01T00"),
        ("previous week", "2023-03-20T00", "2023-03-27T00"),
        ("previous quarter", "2022-10-01T00", "2023-01-01T00"),
        ("previous year", "2022-01-01T00", "2023-01-01T00"),
        ("week to date", "2023-03-27T00", "2023-03-31T00"),
        ("month to date", "2023-03-01T00", "2023-03-31T00"),
        ("quarter to date", "2023-01-01T00", "2023-03-31T00"),
        ("year to date", "2023-01-01T00", "2023-03-31T00"),
    ],
)
def test_a_name_stands_for_whole_units(name: str, start: str, end: str) -> None:
    found = tuple(text(moment) for moment in read(name, "field").at(AT, "field"))

    assert found == (f"{start}:00:00", f"{end}:00:00")


def test_on_the_first_of_a_month_its_to_date_is_the_month_before() -> None:
    start, end = read("month to date", "field").at(datetime(2023, 4, 1, 8, tzinfo=UTC), "field")

    assert (text(start), text(end)) == ("2023-03-01T00:00:00", "2023-04-01T00:00:00")


@given(
    name=st.sampled_from(EXAMPLES),
    at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (hypothesis adds it)
)
def test_no_name_is_ever_empty_or_reaches_into_the_future(name: str, at: datetime) -> None:
    start, end = read(name, "field").at(at, "field")

    assert start < end <= at


@given(at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (hypothesis adds it)
def test_daily_runs_of_yesterday_neither_overlap_nor_leave_a_gap(at: datetime) -> None:
    _, end = read("yesterday", "field").at(at, "field")
    start, _ = read("yesterday", "field").at(at + timedelta(days=1), "field")

    assert start == end


@pytest.mark.parametrize(
    ("name", "column", "told"),
    [
        ("last x days", 6, "did you mean 'last 7 days'?"),
        ("last 7 dys", 8, "did you mean 'last 7 days'?"),
        ("last 0 days", 6, "'last 0 days'"),
        ("last -7 days", 6, "'last -7 days'"),
        ("lst month", 1, "no window's name"),
        ("month to", 9, "did you mean 'month to date'?"),
        ("hour to date", 1, "no window's name"),
        ("yesterday 2", 11, "did you mean 'yesterday'?"),
        ("previous months", 10, "did you mean 'previous month'?"),
        ("", 1, "allowed: yesterday, last 7 days"),
    ],
)
def test_a_name_that_nobody_knows_is_refused_with_its_column_and_the_closest(name: str, column: int, told: str) -> None:
    assert not is_name(name)
    with pytest.raises(InvalidRequest) as refused:
        read(name, "timeWindowName")

    assert str(refused.value).startswith("timeWindowName: ")
    assert f"at column {column} " in str(refused.value)
    assert told in str(refused.value)


def test_a_window_before_all_calendars_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="the years 1 to 9999"):
        read("last 9999 years", "field").at(AT, "field")
    with pytest.raises(InvalidRequest, match="the years 1 to 9999"):
        read("month to date", "field").at(datetime(1, 1, 1, tzinfo=UTC), "field")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("yesterday", "STARTOFDAY(-1) to STARTOFDAY(0)"),
        ("month to date", "STARTOFMONTH(0) to STARTOFDAY(0), the start as of the day before"),
    ],
)
def test_a_window_tells_its_ends_as_expressions(name: str, told: str) -> None:
    assert str(read(name, "field")) == told


def test_a_refusal_names_a_window_of_each_kind() -> None:
    with pytest.raises(InvalidRequest) as refused:
        read("tomorrow", "field")

    assert str(refused.value).endswith(
        "; allowed: yesterday, last 7 days, last 24 hours, last 4 weeks, last 3 months, previous day, previous week,"
        " previous month, previous quarter, previous year, week to date, month to date, quarter to date, year to date"
    )
