"""Each function against a slow calendar that goes from day to day, in UTC and by the clocks of every zone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.calendar.date_functions import FUNCTIONS, UNITS, add, call
from wfm.calendar.local_times import text

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds it)
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
A_DAY = timedelta(days=1)


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The days of a year, in UTC, on which the clocks of a zone are changed."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + number * A_DAY for number in range(366)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


@st.composite
def near_a_change(draw: st.DrawFn) -> datetime:
    """A local time within two days of a change of the clocks of some zone."""
    zone, days = draw(
        st.tuples(ZONES, st.integers(1990, 2100)).map(lambda one: (one[0], changes(*one))).filter(lambda one: one[1])
    )
    return (draw(st.sampled_from(days)) + timedelta(minutes=draw(st.integers(-2880, 4320)))).astimezone(zone)


LOCAL = near_a_change()
BEGINS: dict[str, Callable[[date], bool]] = {
    "DAY": bool,
    "WEEK": lambda day: day.isoweekday() == 1,
    "MONTH": lambda day: day.day == 1,
    "QUARTER": lambda day: day.day == 1 and day.month in (1, 4, 7, 10),
    "YEAR": lambda day: day.day == 1 and day.month == 1,
}


def walked(day: date, unit: str, number: int) -> date:
    """The first day of the unit `number` units away, found by going from day to day."""
    while not BEGINS[unit](day):
        day -= A_DAY
    for _ in range(abs(number)):
        day += A_DAY if number > 0 else -A_DAY
        while not BEGINS[unit](day):
            day += A_DAY if number > 0 else -A_DAY
    return day


def first_moment(day: date, zone: tzinfo | None) -> datetime:
    """When the clocks of a zone first show that day or a later one, found by going by quarters of an hour."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=27)
    while moment.astimezone(zone).date() < day:
        moment += timedelta(minutes=15)
    return moment.astimezone(zone)


@given(at=MOMENTS, unit=st.sampled_from(sorted(BEGINS)), number=st.integers(-8, 8))
def test_a_unit_begins_where_a_walk_through_the_calendar_finds_it(at: datetime, unit: str, number: int) -> None:
    found = call(f"STARTOF{unit}", number, at)

    assert text(found) == f"{walked(at.date(), unit, number)}T00:00:00"
    assert call(f"ENDOF{unit}", number, at) == call(f"STARTOF{unit}", number + 1, at)


@given(local=LOCAL, unit=st.sampled_from(sorted(BEGINS)), number=st.integers(-2, 2))
def test_a_unit_begins_when_the_clocks_of_the_zone_first_show_its_first_day(
    local: datetime, unit: str, number: int
) -> None:
    found = call(f"STARTOF{unit}", number, local)

    first = first_moment(walked(local.date(), unit, number), local.tzinfo)
    assert found.astimezone(UTC) == first.astimezone(UTC)


@given(at=MOMENTS, months=st.integers(-30, 30))
def test_the_month_functions_name_the_first_the_fifteenth_and_the_last_day(at: datetime, months: int) -> None:
    first = walked(at.date(), "MONTH", months)
    last = walked(first, "MONTH", 1) - A_DAY

    assert text(call("FIRSTDAYOFOFFSETMONTH", months, at)) == f"{first}T00:00:00"
    assert text(call("FIFTEENTHDAYOFOFFSETMONTH", months, at)) == f"{first + 14 * A_DAY}T00:00:00"
    assert text(call("LASTDAYOFOFFSETMONTH", months, at)) == f"{last}T00:00:00"
    assert text(call("TODAY", months, at)) == f"{at.date() + months * A_DAY}T00:00:00"


@given(local=LOCAL, amount=st.integers(-200, 200))
def test_hours_and_minutes_are_elapsed_time_whatever_the_clocks_do(local: datetime, amount: int) -> None:
    at = local.astimezone(UTC)

    assert add(local, amount, "h").astimezone(UTC) == at + timedelta(hours=amount)
    assert add(local, amount, "min").astimezone(UTC) == at + timedelta(minutes=amount)


@given(local=LOCAL, days=st.integers(-5, 5))
def test_days_keep_the_clocks_time_unless_the_clocks_skip_it(local: datetime, days: int) -> None:
    wanted = local.replace(tzinfo=None) + days * A_DAY

    shown = add(local, days, "d").replace(tzinfo=None)

    exists = wanted.replace(tzinfo=local.tzinfo).astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == wanted
    assert shown == wanted if exists else shown > wanted


@given(local=LOCAL, name=st.sampled_from(sorted(FUNCTIONS)), unit=st.sampled_from(UNITS))
def test_every_result_is_a_time_that_the_clocks_show(local: datetime, name: str, unit: str) -> None:
    found = add(call(name, FUNCTIONS[name].default or 0, local), 3, unit)

    assert text(found.astimezone(UTC).astimezone(local.tzinfo)) == text(found)


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("STARTOFHOUR", 0, "2023-03-31T10:00:00"),
        ("STARTOFHOUR", -11, "2023-03-30T23:00:00"),
        ("ENDOFHOUR", 0, "2023-03-31T11:00:00"),
        ("STARTOFDAY", -1, "2023-03-30T00:00:00"),
        ("STARTOFWEEK", 0, "2023-03-27T00:00:00"),
        ("ENDOFWEEK", -1, "2023-03-27T00:00:00"),
        ("STARTOFMONTH", 1, "2023-04-01T00:00:00"),
        ("ENDOFMONTH", -1, "2023-03-01T00:00:00"),
        ("STARTOFQUARTER", -1, "2022-10-01T00:00:00"),
        ("ENDOFQUARTER", 0, "2023-04-01T00:00:00"),
        ("STARTOFYEAR", 0, "2023-01-01T00:00:00"),
        ("ENDOFYEAR", -1, "2023-01-01T00:00:00"),
    ],
)
def test_the_functions_on_top_of_the_predecessors(name: str, number: int, expected: str) -> None:
    assert text(call(name, number, datetime(2023, 3, 31, 10, 20, 30, tzinfo=UTC))) == expected


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("Europe/Berlin", "2023-03-26T08:00:00+00:00", "2023-03-26T00:00:00"),  # the day of 23 hours
        ("America/Havana", "2023-03-12T15:00:00+00:00", "2023-03-12T01:00:00"),  # its clocks skip midnight
        ("America/Havana", "2023-11-05T15:00:00+00:00", "2023-11-05T00:00:00"),  # they show it twice: the first
        ("Pacific/Apia", "2011-12-30T12:00:00+00:00", "2011-12-31T00:00:00"),  # it skipped 30 December
    ],
)
def test_today_on_days_when_the_clocks_are_changed(zone: str, at: str, expected: str) -> None:
    found = call("TODAY", 0, datetime.fromisoformat(at).astimezone(ZoneInfo(zone)))

    assert text(found) == expected
    assert found.fold == 0


@pytest.mark.parametrize("name", ["TODAY", "STARTOFMONTH"])
def test_a_day_begins_at_its_first_midnight_also_after_the_second(name: str) -> None:
    at = datetime(2026, 11, 1, 5, 30, tzinfo=UTC).astimezone(ZoneInfo("America/Havana"))  # 00:30 for the second time

    assert call(name, 0, at).astimezone(UTC) == datetime(2026, 11, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "days", "expected"),
    [
        ("2023-03-25T01:30:00+00:00", 1, "2023-03-26T03:30:00"),
        ("2023-10-29T01:30:00+00:00", 154, "2024-03-31T03:30:00"),  # from 02:30 for the second time
        ("2023-10-29T01:30:00+00:00", 0, "2023-10-29T02:30:00"),
    ],
)
def test_days_on_to_a_time_that_the_clocks_skip(at: str, days: int, expected: str) -> None:
    found = add(datetime.fromisoformat(at).astimezone(ZoneInfo("Europe/Berlin")), days, "d")

    assert text(found) == expected


def test_now_is_in_whole_seconds() -> None:
    assert call("NOW", 0, datetime(2023, 3, 31, 10, 20, 30, 999_999, UTC)).microsecond == 0
