from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.calendar.cron_reference import MONTHS, Days, Field, any_days, minutes, numbers
from wfm.calendar.cron import read
from wfm.errors import InvalidRequest

# A day before clocks change, by zone: gaps and folds of an hour, of half an hour, at midnight, north and south.
CHANGES = {
    "Europe/Berlin": ("2027-03-27T12:00", "2026-10-24T12:00"),
    "America/New_York": ("2027-03-13T12:00", "2026-10-31T12:00"),
    "Australia/Sydney": ("2026-10-03T00:00", "2027-04-03T00:00"),
    "Australia/Lord_Howe": ("2026-10-03T00:00", "2027-04-03T00:00"),
    "America/Santiago": ("2026-09-05T12:00", "2027-04-03T12:00"),
    "Asia/Kathmandu": ("2026-11-23T00:00",),
    "UTC": ("2026-12-30T12:00",),
}
AROUND = [(name, start) for name, starts in CHANGES.items() for start in starts]


def times(text: str, zone: str, after: str, count: int = 3) -> list[str]:
    """The next fire times in UTC."""
    start = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = islice(read(text, "EXPR").fire_times(ZoneInfo(zone), start), count)
    return [f"{moment:%Y-%m-%dT%H:%M}" for moment in found]


@settings(max_examples=60, deadline=None)
@given(minute=numbers(0, 59), hour=numbers(0, 23), days=any_days(), around=st.sampled_from(AROUND))
def test_it_fires_when_trying_every_minute_says_so(
    minute: Field, hour: Field, days: Days, around: tuple[str, str]
) -> None:
    where, start = ZoneInfo(around[0]), datetime.fromisoformat(around[1]).replace(tzinfo=UTC)
    expected = [
        moment
        for moment, shown in minutes(start, where, 2 * 24 * 60)
        if minute.holds(shown.minute) and hour.holds(shown.hour) and days.holds(shown.date())
    ]

    expression = f"cron({minute.text} {hour.text} {days.of_month} * {days.of_week} *)"
    found = list(islice(read(expression, "EXPR").fire_times(where, start), len(expected) + 1))

    assert found[: len(expected)] == expected
    assert all(moment > start + timedelta(days=2) for moment in found[len(expected) :])


@settings(max_examples=60, deadline=None)
@given(
    days=any_days(),
    month=numbers(1, 12, dict(enumerate(MONTHS, 1))),
    year=numbers(1970, 2199),
    first=st.integers(1970, 2190),
)
def test_it_fires_on_the_days_that_trying_every_day_says(days: Days, month: Field, year: Field, first: int) -> None:
    start = date(first, 1, 1)
    calendar = [start + timedelta(days=number) for number in range(1100)]
    expected = [day for day in calendar if days.holds(day) and month.holds(day.month) and year.holds(day.year)]

    expression = f"cron(0 12 {days.of_month} {month.text} {days.of_week} {year.text})"
    begin = datetime(first, 1, 1, tzinfo=UTC)
    found = list(islice(read(expression, "EXPR").fire_times(UTC, begin), len(expected) + 1))

    assert [moment.date() for moment in found[: len(expected)]] == expected
    assert all(moment.date() > calendar[-1] for moment in found[len(expected) :])


def test_a_time_that_the_clocks_skip_does_not_fire_that_day() -> None:
    assert times("cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-27T00:00", 2) == [
        "2027-03-27T01:30",
        "2027-03-29T00:30",
    ]


def test_a_time_that_the_clocks_show_twice_fires_the_first_time_only() -> None:
    found = times("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00", 2)

    assert found == ["2026-10-25T00:30", "2026-10-26T01:30"]


def test_every_half_hour_rests_while_the_clocks_repeat_an_hour() -> None:
    found = times("cron(0/30 * * * ? *)", "America/New_York", "2026-11-01T04:45", 4)

    assert found == ["2026-11-01T05:00", "2026-11-01T05:30", "2026-11-01T07:00", "2026-11-01T07:30"]


def test_in_the_repeated_hour_what_comes_next_is_after_it() -> None:
    assert times("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-25T01:10", 1) == ["2026-10-26T01:30"]


def test_the_south_changes_its_clocks_the_other_way_round() -> None:
    gap = times("cron(30 2 * * ? *)", "Australia/Sydney", "2026-10-03T00:00", 1)
    fold = times("cron(30 2 * * ? *)", "Australia/Sydney", "2027-04-03T00:00", 1)

    assert gap == ["2026-10-04T15:30"]  # not on the 3rd at 16:30: 02:30 on the 4th does not exist
    assert fold == ["2027-04-03T15:30"]


def test_half_an_hour_may_be_skipped_and_repeated() -> None:
    gap = times("cron(15 2 * * ? *)", "Australia/Lord_Howe", "2026-10-03T12:00", 1)
    fold = times("cron(45 1 * * ? *)", "Australia/Lord_Howe", "2027-04-03T12:00", 2)

    assert gap == ["2026-10-04T15:15"]
    assert fold == ["2027-04-03T14:45", "2027-04-04T15:15"]


def test_a_midnight_that_does_not_exist_is_skipped() -> None:
    assert times("cron(0 0 * * ? *)", "America/Santiago", "2026-09-05T12:00", 1) == ["2026-09-07T03:00"]


@pytest.mark.parametrize(
    "text",
    [
        "cron(0 0 30 2 ? *)",
        "cron(0 0 31 4,6,9,11 ? *)",
        "cron(0 0 29 2 ? 2027)",
        "cron(0 0 ? 2 MON#5 2027)",
        "cron(30 2 28 3 ? 2027)",
        "cron(* * * * ? 2020)",
    ],
)
def test_what_can_never_fire_comes_to_an_end(text: str) -> None:
    assert times(text, "Europe/Berlin", "2026-11-23T00:00") == []


def test_the_calendar_ends_with_2199() -> None:
    assert times("cron(0 0 31 12 ? *)", "UTC", "2197-01-01T00:00", 9) == [
        f"{y}-12-31T00:00" for y in (2197, 2198, 2199)
    ]


def test_the_nearest_weekday_is_in_the_same_month_and_of_a_day_that_there_is() -> None:
    first = times("cron(0 0 1W 5,8 ? *)", "UTC", "2027-01-01T00:00", 2)
    last = times("cron(0 0 31W 1-5 ? *)", "UTC", "2027-01-01T00:00", 3)

    assert first == ["2027-05-03T00:00", "2027-08-02T00:00"]  # Saturday and Sunday
    assert last == ["2027-01-29T00:00", "2027-03-31T00:00", "2027-05-31T00:00"]


def test_eventbridge_gets_upper_case_and_single_blanks() -> None:
    assert read(" Cron( 0  8 ? jan,feb mon-fri * )", "EXPR").text == "cron(0 8 ? JAN,FEB MON-FRI *)"


MONTH_NAMES = "JAN, FEB, MAR, APR, MAY, JUN, JUL, AUG, SEP, OCT, NOV, DEC"
WEEKDAY_NAMES = "SUN, MON, TUE, WED, THU, FRI, SAT"


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("cron(60 8 * * ? *)", 6, "'60' is no minute; allowed: in the minute 0 to 59"),
        ("cron(0 24 * * ? *)", 8, "'24' is no hour"),
        ("cron(0 8 0 * ? *)", 10, "'0' is no day of month"),
        ("cron(0 8 * 13 ? *)", 12, "'13' is no month"),
        ("cron(0 8 * 0 ? *)", 12, f"'0' is no month; allowed: in the month 1 to 12 or {MONTH_NAMES}, a list (1,3)"),
        ("cron(0 8 * JANU ? *)", 12, "'JANU' is no month; allowed"),
        ("cron(0 8 ? * 0 *)", 14, "'0' is no day of week (Sunday is 1)"),
        (
            "cron(0 8 ? * 8 *)",
            14,
            f"'8' is no day of week; allowed: in the day of week 1 to 7 or {WEEKDAY_NAMES}, a list",
        ),
        ("cron(0 8 ? * MOM *)", 14, "'MOM' is no day of week; allowed"),
        ("cron(0 8 1 1 ? 2030-2027)", 16, "'2030-2027' runs backwards; allowed: the earlier year first, 2027-2030"),
        ("cron(0/0 8 * * ? *)", 6, "'0/0' has no whole number from 1 to 59 behind its '/'"),
        ("cron(0/60 8 * * ? *)", 6, "'0/60' has no whole number from 1 to 59"),
        ("cron(0 8 ? * MON/2 *)", 14, "a day of week takes no step"),
        ("cron(0 8 1,L * ? *)", 10, "L or W stands in a list"),
        ("cron(0 8 L-31 * ? *)", 10, "'L-31' is no day of month"),
        ("cron(0 8 32W * ? *)", 10, "'32W' is no day of month"),
        ("cron(0 8 ? * MON#1,MON#3 *)", 14, "L or # stands in a list"),
        ("cron(0 8 ? * MON#6 *)", 14, "'MON#6': a month has no such week; allowed: MON#1 to MON#5"),
        ("cron(0 8 ? * 8L *)", 14, "'8L' is no day of week"),
        ("cron(0 8 * * * *)", 14, "a day of month and a day of week stand side by side; allowed: '?' in one"),
        ("cron(0 8 ? * ? *)", 14, "both day fields are '?'"),
        ("cron(? 8 * * ? *)", 6, "'?' is no minute"),
        ("cron(0 8 * * ? 2200)", 16, "'2200' is no year; allowed: in the year 1970 to 2199"),
        ("cron(0 8 * * ?)", 15, "5 fields, not six; allowed: cron("),
        ("cron(0 8 * * ? * 1)", 18, "7 fields, not six; allowed: cron("),
        ("cron()", 6, "0 fields, not six; allowed: cron("),
        ("cron 0 8 * * ? *", 16, "here is no '(...)' around six fields"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(text: str, column: int, problem: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(text, "EXPR")

    assert str(refused.value).startswith(f"EXPR: {text!r} at column {column}: {problem}")
    assert "; allowed: " in str(refused.value)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("cron(0 8 ? * MON-SUN *)", ["11-24T08:00", "11-25T08:00", "11-26T08:00", "11-27T08:00", "11-28T08:00"]),
        ("cron(0 8 ? * FRI-MON *)", ["11-27T08:00", "11-28T08:00", "11-29T08:00", "11-30T08:00", "12-04T08:00"]),
        ("cron(0 8 1 NOV-FEB ? *)", ["12-01T08:00", "01-01T08:00", "02-01T08:00", "11-01T08:00"]),
        ("cron(0/30 22-0 ? * MON *)", ["11-23T22:00", "11-23T22:30", "11-23T23:00", "11-23T23:30", "11-30T00:00"]),
        ("cron(0 20-2/3 * * ? *)", ["11-23T20:00", "11-23T23:00", "11-24T02:00", "11-24T20:00"]),
    ],
)
def test_a_range_goes_over_the_end_of_its_field_as_in_awss_own_tables(text: str, times: list[str]) -> None:
    found = islice(read(text, "EXPR").fire_times(UTC, datetime(2026, 11, 23, 12, tzinfo=UTC)), len(times))

    assert [f"{moment:%m-%dT%H:%M}" for moment in found] == times


def test_the_day_of_a_night_shift_is_that_of_the_moment() -> None:
    fires = read("cron(0/30 20-2 ? * MON-FRI *)", "EXPR").fire_times(UTC, datetime(2026, 11, 27, 23, tzinfo=UTC))

    assert [f"{moment:%a %H:%M}" for moment in islice(fires, 3)] == ["Fri 23:30", "Mon 00:00", "Mon 00:30"]
