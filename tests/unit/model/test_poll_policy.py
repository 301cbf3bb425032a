"""When to poll next."""

import math
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import NOON
from wfm.model.durations import AMC_DURATIONS, MIN_RUNS, Durations
from wfm.model.poll_policy import (
    DELAY_BUDGET,
    GUESSED,
    MAX_INTERVAL,
    STILL_ACTIVE,
    ActiveRun,
    after_failure,
    idle_poll,
    next_poll,
)
from wfm.model.timeouts import EARLY_POLL, MAX_DURATION, MIN_INTERVAL, TICK_TOLERANCE

KNOWN = st.builds(Durations, st.integers(0, 500), st.floats(0, 12), st.floats(0, 36))
AGES = st.integers(-600, 200_000).map(lambda seconds: timedelta(seconds=seconds))
TIME_LEFT = st.integers(-600, 100_000).map(lambda seconds: timedelta(seconds=seconds))
RUNS = st.builds(ActiveRun, AGES, KNOWN, TIME_LEFT)
FEW_EXAMPLES = settings(max_examples=60, deadline=None)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def pause(*runs: ActiveRun, watched: bool = False) -> timedelta:
    return next_poll(NOON, runs, watched=watched) - NOON


def minutes(median: float, deviation: float = 0.1, count: int = 50) -> Durations:
    return Durations(count, math.log(60 * median), deviation**2)


def polls(duration: timedelta, known: Durations, *, watched: bool, phase: float = 0.5) -> list[timedelta]:
    """The ages of a run that takes so long at its polls, alone with its tenant, where ticks come every minute.

    The last one is the first that finds it ended. No result lands.
    """
    tick, ages = MINUTE * phase, list[timedelta]()
    due = EARLY_POLL
    while not ages or ages[-1] < duration:
        tick = max(tick + MINUTE if ages else tick, tick + MINUTE * math.ceil((due - MINUTE / 2 - tick) / MINUTE))
        ages.append(tick)
        due = tick + pause(ActiveRun(tick, known), watched=watched)
    return ages


def test_a_tenant_without_runs_waits_for_ten_minutes() -> None:
    assert pause() == MAX_INTERVAL


@pytest.mark.parametrize(
    ("minutes_ago", "longest", "expected"), [(None, 60, 10), (1, 60, 10), (20, 60, 24), (55, 60, 60), (55, 240, 66)]
)
def test_idle_intervals_grow_by_a_fifth(minutes_ago: int | None, longest: int, expected: int) -> None:
    last = None if minutes_ago is None else NOON - MINUTE * minutes_ago

    assert idle_poll(NOON, last, MINUTE * longest) == NOON + MINUTE * expected


@FEW_EXAMPLES
@given(runs=st.lists(RUNS, min_size=1, max_size=12), watched=st.booleans())
def test_the_next_poll_is_never_sooner_than_a_tick_nor_later_than_the_bound(
    runs: list[ActiveRun], watched: bool
) -> None:
    assert MIN_INTERVAL <= pause(*runs, watched=watched) <= (MAX_DURATION if watched else MAX_INTERVAL)


@FEW_EXAMPLES
@given(runs=st.lists(RUNS, min_size=1, max_size=6), one_more=RUNS, watched=st.booleans())
def test_one_run_more_never_delays_the_next_poll(runs: list[ActiveRun], one_more: ActiveRun, watched: bool) -> None:
    assert pause(*runs, one_more, watched=watched) <= pause(*runs, watched=watched)


def delay(run: ActiveRun, within: timedelta) -> float:
    """For how many seconds its end is to be expected to wait for a poll after that time, added up second by second."""
    age = run.age.total_seconds()
    left = run.durations.survival(age)
    return sum(1 - run.durations.survival(age + second + 0.5) / left for second in range(int(within.total_seconds())))


LEARNT = st.builds(Durations, st.integers(MIN_RUNS, 500), st.floats(5, 11), st.floats(0, 1))
FEW = st.builds(Durations, st.integers(0, MIN_RUNS - 1), st.floats(5, 11), st.floats(0, 1))
ACTIVE = st.integers(60, 20_000).map(lambda seconds: timedelta(seconds=seconds))


@FEW_EXAMPLES
@given(
    learnt=st.lists(st.builds(ActiveRun, ACTIVE, LEARNT), min_size=1, max_size=3),
    few=st.lists(st.builds(ActiveRun, ACTIVE, FEW), max_size=2),
)
def test_the_next_poll_comes_when_the_expected_delay_is_worth_it(learnt: list[ActiveRun], few: list[ActiveRun]) -> None:
    def expected(within: timedelta) -> float:
        return sum(delay(run, within) for run in learnt) + GUESSED * sum(delay(run, within) for run in few)

    found = pause(*learnt, *few)

    assert found % MIN_INTERVAL == timedelta(0)
    assert found == MIN_INTERVAL or expected(found - timedelta(seconds=10)) <= 1.02 * DELAY_BUDGET
    assert found == MAX_INTERVAL or expected(found + MIN_INTERVAL) > 0.98 * DELAY_BUDGET


@pytest.mark.parametrize(("age", "expected"), [(1, 10), (30, 10), (45, 6), (58, 2), (65, 1), (180, 4)])
def test_a_run_is_polled_often_only_when_its_end_is_near(age: int, expected: int) -> None:
    assert pause(ActiveRun(MINUTE * age, minutes(60))) == MINUTE * expected


def test_ten_runs_are_polled_more_often_than_one() -> None:
    run = ActiveRun(HOUR, minutes(120, 0.6))

    assert pause(*[run] * 10) < pause(run)


@pytest.mark.parametrize("hours", [2, 6, 24])
@pytest.mark.parametrize("watched", [False, True])
def test_a_run_that_goes_on_far_longer_than_any_before_is_polled_less_and_less(hours: int, watched: bool) -> None:
    usual = minutes(5)

    first, later = (pause(ActiveRun(HOUR * n, usual), watched=watched) for n in (hours, hours + 3))

    assert MIN_INTERVAL < first <= later


@given(duration=st.floats(1, 1440), phase=st.floats(0, 0.99))
@FEW_EXAMPLES
def test_of_a_run_that_nobody_knows_intervals_grow_and_are_few_where_results_are_watched(
    duration: float, phase: float
) -> None:
    ages = polls(MINUTE * duration, AMC_DURATIONS, watched=True, phase=phase)

    intervals = [later - earlier for earlier, later in pairwise(ages)]
    assert all(earlier <= later + MINUTE for earlier, later in pairwise(intervals)), "but for a tick's rounding"
    assert len(ages) <= 2 + 1.5 * math.log2(1 + duration / 20)


@pytest.mark.parametrize("hours", [0.25, 0.5, 1])
@pytest.mark.parametrize("phase", [0, 0.25, 0.5, 0.75])
def test_a_run_that_nobody_knows_costs_nine_calls_an_hour(hours: float, phase: float) -> None:
    ages = polls(HOUR * hours, AMC_DURATIONS, watched=False, phase=phase)

    assert 1 + len(ages) <= max(9 * hours, 6), "the POST is one"


@given(hours=st.floats(0.25, 24), deviation=st.floats(0, 0.3), count=st.integers(MIN_RUNS, 100), z=st.floats(-3, 1))
@FEW_EXAMPLES
def test_where_results_are_watched_a_learnt_run_costs_three_calls_however_long_it_takes(
    hours: float, deviation: float, count: int, z: float
) -> None:
    """The POST, the early poll, and the poll that its result causes; a tick may come half a minute before it is due."""
    known = minutes(60 * hours, deviation, count)
    duration = min(HOUR * hours * math.exp(z * deviation), HOUR * 24)

    ages = polls(duration, known, watched=True)

    assert sum(age < duration - TICK_TOLERANCE for age in ages) == 1


@given(hours=st.floats(0.25, 12), deviation=st.floats(0, 0.3))
@FEW_EXAMPLES
def test_a_learnt_run_without_a_result_is_polled_when_all_but_a_tenth_would_have_ended(
    hours: float, deviation: float
) -> None:
    known = minutes(60 * hours, deviation)

    after = EARLY_POLL + pause(ActiveRun(EARLY_POLL, known), watched=True)

    left = STILL_ACTIVE * known.survival(EARLY_POLL.total_seconds())
    assert known.survival(after.total_seconds()) <= left < known.survival(after.total_seconds() - 2)
    assert after <= HOUR * hours * math.exp(1.6 * math.hypot(deviation * 1.11, 0.01))


@pytest.mark.parametrize("phase", [0, 0.25, 0.5, 0.75])
def test_a_run_like_all_before_it_that_leaves_no_result_is_seen_within_two_minutes(phase: float) -> None:
    ages = polls(HOUR, minutes(60, 0), watched=True, phase=phase)

    assert ages[-1] - HOUR <= 2 * MINUTE


@pytest.mark.parametrize(("age", "expected"), [(-600, 90), (0, 90), (40, 60), (59, 60)])
@pytest.mark.parametrize("watched", [False, True])
def test_most_failures_are_early_and_so_is_the_first_poll(age: int, expected: int, watched: bool) -> None:
    young, old = ActiveRun(timedelta(seconds=age), minutes(600)), ActiveRun(HOUR, minutes(600))

    assert pause(young, old, watched=watched) == timedelta(seconds=expected)
    assert pause(ActiveRun(MINUTE, minutes(600)), old, watched=watched) >= MAX_INTERVAL, "that poll was the early one"


@pytest.mark.parametrize(("left", "expected"), [(HOUR, HOUR), (MINUTE / 2, MINUTE), (-MINUTE, None)])
def test_a_run_is_polled_when_it_is_to_be_ended(left: timedelta, expected: timedelta | None) -> None:
    run = ActiveRun(HOUR, minutes(600))

    found = pause(run._replace(time_left=left), watched=True)

    assert found == (expected or pause(run, watched=True))


def test_the_pauses_of_a_tenant_whose_list_fails_double_up_to_ten_minutes() -> None:
    pauses = [after_failure(NOON, NOON - timedelta(minutes=m)) - NOON for m in (-5, 0, 1, 2, 4, 8, 16, 6000)]

    assert [int(each / MIN_INTERVAL) for each in pauses] == [1, 1, 1, 2, 4, 8, 10, 10]


@pytest.mark.parametrize("watched", [False, True])
def test_a_run_that_began_in_the_future_of_this_clock_is_one_that_has_just_begun(watched: bool) -> None:
    short = Durations(50, math.log(120), 0.01)
    early, now = (pause(ActiveRun(timedelta(seconds=age), short), watched=watched) for age in (-600, 0))

    assert early == now
