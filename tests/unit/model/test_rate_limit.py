"""The shared limit, in seconds since some moment."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfm.model.rate_limit import (
    FIRST_INTERVAL,
    ONE_STORM,
    RateLimit,
    slower,
)


def calls_within(limit: RateLimit, start: float, seconds: float) -> int:
    """How many calls the limit lets go, one after the other, as fast as it allows."""
    now, calls = limit.start(start), 0
    while now < start + seconds:
        calls += 1
        limit = limit.after_a_call(now)
        now = limit.start(now)
    return calls


def test_the_first_429_sets_a_pace() -> None:
    limit = slower(None, 100.0, None)

    assert (limit.interval, limit.start(100.0)) == (FIRST_INTERVAL, 100.0 + FIRST_INTERVAL)


@pytest.mark.parametrize("known", [None, RateLimit(1.0, 90.0, 90.0)])
def test_retry_after_is_kept(known: RateLimit | None) -> None:
    assert slower(known, 100.0, 7.0).start(100.0) == 107.0


@pytest.mark.parametrize("known", [None, RateLimit(1.0, 90.0, 90.0), RateLimit(1.0, 99.0, 99.0)])
@pytest.mark.parametrize("asked", [86_400.0, float("inf")])
def test_no_retry_after_stops_an_application_for_long(known: RateLimit | None, asked: float) -> None:
    assert slower(known, 100.0, asked).start(100.0) == 400.0


def test_the_429s_of_one_storm_count_once() -> None:
    limit = slower(None, 100.0, None)

    for n in range(50):
        limit = slower(limit, 100.0 + n * ONE_STORM / 100, None)

    assert limit.interval == FIRST_INTERVAL


def test_each_storm_halves_the_pace_down_to_a_floor() -> None:
    limit, intervals = slower(None, 0.0, None), []

    for n in range(1, 12):
        limit = slower(limit, n * 3.0, None)
        intervals.append(limit.interval)

    assert intervals == sorted(intervals)
    assert intervals[0] < intervals[-1] <= 2.0


def test_a_new_storm_halves_the_pace_of_now_and_holds_the_next_call_back_as_long() -> None:
    limit = slower(RateLimit(1.0, 0.0, 100.0), 102.0, None)  # two calls a second by then

    assert (limit.interval, limit.start(102.0)) == (1.0, 103.0)


def test_a_storm_ends_after_two_seconds() -> None:
    known = RateLimit(4.0, 0.0, 100.0)

    assert slower(known, 101.9, None).interval == 4.0
    assert slower(known, 102.0, None).throttled_at == 102.0


def test_the_slowest_pace_is_a_call_in_two_seconds_and_the_fastest_after_a_storm_five_a_second() -> None:
    slowest, fastest = (slower(RateLimit(interval, 0.0, 0.0), 2.0, None).interval for interval in (3600.0, 0.05))

    assert slowest == pytest.approx(2.0, rel=0.001)
    assert fastest == slower(None, 0.0, None).interval == 0.2


def test_a_pause_that_amc_asks_for_is_longer_than_the_interval_or_counts_for_nothing() -> None:
    known = RateLimit(4.0, 1.5, 0.0)

    assert [slower(known, 2.0, asked).next_at for asked in (None, 7.0)] == [pytest.approx(3.6, abs=0.01), 9.0]


def test_from_the_slowest_pace_to_none_at_all_are_forty_seconds() -> None:
    slowest = RateLimit(2.0, 0.0, 0.0)

    assert not slowest.is_over(38.0)
    assert slowest.is_over(40.0)


def test_a_pace_of_twenty_calls_a_second_is_over_once_its_pause_is() -> None:
    limit = RateLimit(0.05, 10.0, 0.0)

    assert [limit.is_over(now) for now in (9.9, 10.0)] == [False, True]
    assert RateLimit(0.05, 10.0, 10.0).is_over(10.0)


@pytest.mark.parametrize("now", [90.0, 100.0])
def test_a_clock_that_is_behind_makes_no_pace_slower(now: float) -> None:
    assert RateLimit(1.0, 0.0, 100.0).interval_at(now) == 1.0


def test_a_pace_without_new_429s_is_over_after_a_while() -> None:
    limit = slower(None, 0.0, None)

    assert not limit.is_over(1.0)
    assert limit.is_over(60.0)


def test_calls_speed_up_while_all_is_calm() -> None:
    limit = RateLimit(1.0, 0.0, 0.0)

    assert calls_within(limit, 0.0, 10.0) < calls_within(limit, 100.0, 10.0)


@given(st.floats(0.05, 30), st.lists(st.floats(0, 0.5), min_size=2, max_size=60))
def test_two_calls_are_never_closer_than_the_interval(interval: float, gaps: list[float]) -> None:
    limit, now, starts = RateLimit(interval, 0.0, 0.0), 0.0, []

    for gap in gaps:
        now += gap
        starts.append((limit.start(now), limit.interval_at(now)))
        limit = limit.after_a_call(now)

    assert all(later - earlier >= apart - 1e-9 for (earlier, apart), (later, _) in pairwise(starts))
