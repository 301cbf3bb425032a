"""The windows of a backfill against slow references that go from day to day."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wfm.calendar.local_times import text
from wfm.errors import InvalidRequest
from wfm.model.backfill_windows import A_DAY, SLIDING, TUMBLING, Windows, months, windows

day = datetime.fromisoformat
Bounds = list[tuple[datetime, datetime]]
LOCAL = st.datetimes(day("1990-01-01"), day("2100-01-01"))
STARTS = LOCAL.map(lambda at: at.replace(minute=0, second=0, microsecond=0))
LENGTHS = st.integers(1, 40)
HOURS = st.integers(1, 100 * 24)


def predecessors(start: datetime, end: datetime, days: int, *, sliding: bool) -> Bounds:
    """Whole windows only: one after the other, or one from each day."""
    found, at = [], start
    while at + days * A_DAY <= end:
        found.append((at, at + days * A_DAY))
        at += A_DAY if sliding else days * A_DAY
    return found


def bounds(found: Windows) -> Bounds:
    return [(day(found[index][0]), day(found[index][1])) for index in range(len(found))]


def make(start: datetime, end: datetime, days: int, kind: str = TUMBLING, *, partial: bool = False) -> Windows:
    return windows(start, end, days, kind, UTC, partial=partial)


@settings(max_examples=200)
@given(STARTS, LENGTHS, st.integers(1, 30))
def test_tumbling_windows_are_the_predecessors(start: datetime, days: int, number: int) -> None:
    end = start + number * days * A_DAY

    assert bounds(make(start, end, days)) == predecessors(start, end, days, sliding=False)


@settings(max_examples=200)
@given(STARTS, LENGTHS, HOURS)
def test_sliding_windows_are_the_predecessors(start: datetime, days: int, hours: int) -> None:
    end = start + timedelta(hours=max(hours, days * 24))

    assert bounds(make(start, end, days, SLIDING)) == predecessors(start, end, days, sliding=True)


@settings(max_examples=200)
@given(STARTS, LENGTHS, HOURS)
def test_tumbling_windows_with_a_partial_one_cover_every_hour_once(start: datetime, days: int, hours: int) -> None:
    end = start + timedelta(hours=hours)

    found = bounds(make(start, end, days, partial=True))

    assert (found[0][0], found[-1][1]) == (start, end)
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert all(to - since == days * A_DAY for since, to in found[:-1])
    assert timedelta() < found[-1][1] - found[-1][0] <= days * A_DAY


@settings(max_examples=200)
@given(STARTS, LENGTHS, HOURS)
def test_sliding_windows_with_a_partial_one_reach_the_end_and_begin_a_day_apart(
    start: datetime, days: int, hours: int
) -> None:
    end = start + timedelta(hours=hours)

    found = bounds(make(start, end, days, SLIDING, partial=True))

    whole = predecessors(start, end, days, sliding=True)
    assert found[: len(whole)] == whole
    assert len(found) - len(whole) in (0, 1)
    assert found[-1][1] == end
    assert [since for since, _ in found] == [start + number * A_DAY for number in range(len(found))]


@settings(max_examples=200)
@given(STARTS, LENGTHS, HOURS)
def test_tumbling_windows_refuse_a_range_that_is_no_multiple_and_name_the_ends_that_are(
    start: datetime, days: int, hours: int
) -> None:
    end = start + timedelta(hours=hours)
    if hours % (days * 24) == 0:
        end += timedelta(hours=1)

    with pytest.raises(InvalidRequest) as refused:
        make(start, end, days)

    whole = (end - start) // (days * A_DAY)
    ends = [text(start + number * days * A_DAY) for number in (whole, whole + 1)]
    assert all(one in str(refused.value) for one in ends[0 if whole else 1 :]) or refused.value.field == "days"


def test_a_window_longer_than_the_range_is_refused_with_the_longest_that_fits() -> None:
    with pytest.raises(InvalidRequest, match=r"days: 7 are more than from .* at most 5, or allowPartialWindow"):
        make(day("2026-01-01"), day("2026-01-06"), 7, SLIDING)


@pytest.mark.parametrize(("kind", "meant"), [("Slidng", "sliding"), ("TUMBLING", "tumbling")])
def test_an_unknown_kind_is_refused_with_the_closest(kind: Any, meant: str) -> None:
    with pytest.raises(InvalidRequest, match=rf"windowType: '{kind}' is unknown \(did you mean {meant}\?\)"):
        make(day("2026-01-01"), day("2026-01-08"), 7, kind)


def test_a_number_that_no_window_has_is_an_error() -> None:
    found = make(day("2026-01-01"), day("2026-01-15"), 7)

    assert [found[0], found[1]] == [
        ("2026-01-01T00:00:00", "2026-01-08T00:00:00"),
        ("2026-01-08T00:00:00", "2026-01-15T00:00:00"),
    ]
    with pytest.raises(IndexError):
        found[-1]


def test_days_are_the_calendars_whatever_the_clocks_do_in_them() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = windows(day("2026-03-28"), day("2026-03-31"), 1, TUMBLING, berlin, partial=False)

    assert [found[number][0] for number in range(3)] == [f"2026-03-{date}T00:00:00" for date in (28, 29, 30)]


def test_where_the_clocks_skip_midnight_both_windows_meet_an_hour_later() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    found = windows(day("2026-04-23"), day("2026-04-25"), 1, TUMBLING, cairo, partial=False)

    assert [found[0], found[1]] == [
        ("2026-04-23T00:00:00", "2026-04-24T01:00:00"),
        ("2026-04-24T01:00:00", "2026-04-25T00:00:00"),
    ]


FIRSTS = STARTS.map(lambda at: at.replace(day=1))


def month_by_month(start: datetime, end: datetime) -> Bounds:
    """Whole months only, found from day to day."""
    found, begin, at = [], start, start
    while at + A_DAY <= end:
        at += A_DAY
        if at.day == 1:
            found.append((begin, at))
            begin = at
    return found


@settings(max_examples=50)
@given(FIRSTS, st.integers(1, 1000))
def test_months_with_a_partial_one_are_those_of_the_calendar(start: datetime, days: int) -> None:
    end = start + days * A_DAY
    whole = month_by_month(start, end)

    found = bounds(months(start, end, UTC, partial=True))

    rest = whole[-1][1] if whole else start
    assert found == [*whole, *([(rest, end)] if rest < end else [])]


def test_months_fill_a_range_by_the_clock_of_its_start() -> None:
    found = months(day("2023-11-01T06:00:00"), day("2024-03-01T06:00:00"), UTC, partial=False)

    assert [found[index][1] for index in range(len(found))] == [
        "2023-12-01T06:00:00", "2024-01-01T06:00:00", "2024-02-01T06:00:00", "2024-03-01T06:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        (
            "2024-01-15",
            "2024-03-01",
            "start: 2024-01-15T00:00:00 is not the first of a month, as windows by month need",
        ),
        ("2024-01-15", "2024-03-01", "allowed: 2024-01-01T00:00:00 or 2024-02-01T00:00:00"),
        ("2024-01-01", "2024-03-02", "end: 2024-03-02T00:00:00 leaves 24 hours after the last whole month"),
        ("2024-01-01", "2024-03-02", "allowed: 2024-03-01T00:00:00, 2024-04-01T00:00:00, or allowPartialWindow"),
        ("2024-01-01", "2024-01-31", "allowed: 2024-02-01T00:00:00, or allowPartialWindow"),
    ],
)
def test_a_range_that_months_do_not_fill_is_refused_with_those_that_they_do(start: str, end: str, problem: str) -> None:
    with pytest.raises(InvalidRequest, match=problem):
        months(day(start), day(end), UTC, partial=False)
