from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from tests.unit.schedule_rows import a_row
from wfm.model.schedules import fire_times, read_schedule

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


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
