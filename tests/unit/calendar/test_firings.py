from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.schedule_rows import a_row
from wfm.calendar import firings as firing
from wfm.errors import InvalidRequest
from wfm.model.schedules import fire_times, read_schedule

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


def times(count: int = 3, **fields: Any) -> list[str]:
    found = islice(fire_times(read_schedule(a_row(**fields), NOW), NOW), count)
    return [f"{moment:%Y-%m-%dT%H:%M}" for moment in found]


def test_it_fires_by_the_clock_of_its_zone() -> None:
    found = times(ScheduleExpression="daily 08:00", ScheduleExpressionTimezone="Asia/Kathmandu")

    assert found == ["2026-11-24T02:15", "2026-11-25T02:15", "2026-11-26T02:15"]


def test_it_fires_from_the_start_on_and_before_the_end() -> None:
    found = times(9, StartDate="2026-11-25T13:00:00", EndDate="2026-11-27T13:00:00")

    assert found == ["2026-11-25T13:00", "2026-11-26T13:00"]


def test_a_rate_counts_from_its_start() -> None:
    begun = times(ScheduleExpression="rate(7 hours)", StartDate="2026-11-23T01:30:00")
    coming = times(ScheduleExpression="rate(7 hours)", StartDate="2026-11-24T01:30:00")

    assert begun == ["2026-11-23T15:30", "2026-11-23T22:30", "2026-11-24T05:30"]
    assert coming == ["2026-11-24T01:30", "2026-11-24T08:30", "2026-11-24T15:30"]


def test_a_rate_without_a_start_is_counted_from_when_it_is_asked() -> None:
    assert times(2, ScheduleExpression="rate(90 minutes)") == ["2026-11-23T13:30", "2026-11-23T15:00"]


def test_one_time_is_one_time() -> None:
    assert times(ScheduleExpression="at(2026-12-01T08:00)") == ["2026-12-01T08:00"]


def test_fire_times_end_with_the_last_moment_that_is_asked_for() -> None:
    schedule = read_schedule(a_row(), NOW)

    found = fire_times(schedule, NOW + timedelta(hours=1), until=NOW + timedelta(days=2, hours=1))

    assert [moment.day for moment in found] == [24, 25]


@given(
    number=st.integers(1, 40),
    unit=st.sampled_from(sorted(UNITS)),
    beats=st.integers(-3, 3),
    off=st.sampled_from([timedelta(), A_SECOND, -A_SECOND, timedelta(minutes=7)]),
)
def test_a_rate_is_a_beat_from_its_start_on(number: int, unit: str, beats: int, off: timedelta) -> None:
    step = number * UNITS[unit]
    after = NOW + beats * step + off

    found = firing.times(f"rate({number} {unit}{'s' * (number > 1)})", UTC, after, NOW)

    beat = [NOW + beat * step for beat in range(20) if NOW + beat * step > after]
    assert list(islice(found, 4)) == beat[:4]


@pytest.mark.parametrize(
    ("expression", "zone"), [("at(2026-12-01T08:00:00)", "UTC"), ("cron(0 17 1 12 ? 2026)", "Asia/Tokyo")]
)
@pytest.mark.parametrize("after", [-A_SECOND, timedelta(), A_SECOND])
@pytest.mark.parametrize("start", [None, -A_SECOND, timedelta(), A_SECOND])
def test_it_fires_after_a_time_and_not_before_the_start(
    expression: str, zone: str, after: timedelta, start: timedelta | None
) -> None:
    at = datetime(2026, 12, 1, 8, tzinfo=UTC)

    found = firing.times(expression, ZoneInfo(zone), at + after, None if start is None else at + start)

    fires = after < timedelta() and (start is None or start <= timedelta())
    assert list(found) == ([at] if fires else [])


def test_a_rate_ends_where_the_calendar_does() -> None:
    end = datetime(2200, 1, 1, tzinfo=UTC)

    assert list(firing.times("rate(1 day)", UTC, end - timedelta(days=3), None)) == [
        end - timedelta(days=2),
        end - timedelta(days=1),
    ]


def test_one_time_that_the_clocks_skip_is_refused_by_its_field() -> None:
    with pytest.raises(InvalidRequest, match=r"ScheduleExpression: .* skip it; allowed: 2027-03-28T03:30:00"):
        firing.times("at(2027-03-28T02:30:00)", ZoneInfo("Europe/Berlin"), NOW, None)


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("cron(30 2 * * ? *)", ["2027-03-28T02:30:00"]),
        ("cron(0/30 2 * * ? *)", ["2027-03-28T02:00:00"]),
        ("cron(30 2 ? * MON *)", []),
        ("cron(30 * * * ? *)", []),
        ("cron(30 3 * * ? *)", []),
        ("rate(1 day)", []),
    ],
)
def test_a_day_that_the_clocks_take_from_a_schedule_is_known_beforehand(expression: str, days: list[str]) -> None:
    after, until = datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 11, 24, tzinfo=UTC)

    found = firing.skipped_days(expression, ZoneInfo("Europe/Berlin"), after, until)

    assert [moment.replace(tzinfo=None).isoformat() for moment in found] == days


def test_utc_skips_nothing() -> None:
    after, until = datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 11, 24, tzinfo=UTC)

    assert list(firing.skipped_days("cron(30 2 * * ? *)", UTC, after, until)) == []
