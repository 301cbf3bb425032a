"""When to look next."""

import math
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import NOON
from wfm.model.durations import MIN_RUNS, Durations
from wfm.model.poll_policy import (
    DELAY_BUDGET,
    DELAY_BUDGET_WATCHED,
    IDLE_INTERVAL,
    MAX_INTERVAL,
    ActiveRun,
    after_failure,
    next_poll,
)
from wfm.model.timeouts import MIN_INTERVAL

KNOWN = st.builds(Durations, st.integers(0, 500), st.floats(0, 12), st.floats(0, 36))
RUNS = st.tuples(st.integers(-600, 200_000).map(lambda seconds: timedelta(seconds=seconds)), st.none() | KNOWN)
FEW_EXAMPLES = settings(max_examples=60, deadline=None)


def pause(*going: ActiveRun) -> timedelta:
    return next_poll(NOON, going) - NOON


def minutes(median: float, deviation: float = 0.1, count: int = 50) -> Durations:
    return Durations(count, math.log(60 * median), deviation**2)


def test_an_idle_tenant_waits_for_ten_minutes() -> None:
    assert next_poll(NOON, []) == NOON + IDLE_INTERVAL


@FEW_EXAMPLES
@given(going=st.lists(RUNS, max_size=12))
def test_the_next_look_is_never_sooner_than_a_tick_nor_later_than_the_bound(going: list[ActiveRun]) -> None:
    assert MIN_INTERVAL <= pause(*going) <= MAX_INTERVAL


@FEW_EXAMPLES
@given(going=st.lists(RUNS, max_size=6), one_more=RUNS)
def test_one_run_more_never_puts_the_next_look_off(going: list[ActiveRun], one_more: ActiveRun) -> None:
    assert pause(*going, one_more) <= pause(*going)


@FEW_EXAMPLES
@given(going=st.lists(RUNS, min_size=1, max_size=6), worth=st.floats(0.1, 1000))
def test_a_dearer_look_never_comes_sooner(going: list[ActiveRun], worth: float) -> None:
    assert next_poll(NOON, going, worth) <= next_poll(NOON, going, 2 * worth)


@given(age=st.integers(0, 200_000), more=st.integers(0, 10_000))
def test_of_a_workflow_that_nobody_knows_an_older_run_is_looked_at_no_sooner(age: int, more: int) -> None:
    younger, older = timedelta(seconds=age), timedelta(seconds=age + more)

    assert pause((younger, None)) <= pause((older, None))
    assert pause((younger, None)) == max(MIN_INTERVAL, min(MAX_INTERVAL, younger / 10))


def delay(going: list[tuple[timedelta, Durations]], within: timedelta) -> float:
    """For how many seconds ends are to be expected to wait for a look after that time, added up second by second."""
    return sum(
        1 - known.survival(age.total_seconds() + second + 0.5) / known.survival(age.total_seconds())
        for age, known in going
        for second in range(int(within.total_seconds()))
    )


MANY = st.builds(Durations, st.integers(MIN_RUNS, 500), st.floats(5, 11), st.floats(0, 1))
AGES = st.integers(-60, 20_000).map(lambda seconds: timedelta(seconds=seconds))


@FEW_EXAMPLES
@given(
    going=st.lists(st.tuples(AGES, MANY), min_size=1, max_size=4),
    worth=st.sampled_from([DELAY_BUDGET, DELAY_BUDGET_WATCHED, 200]),
)
def test_the_next_look_comes_when_the_delay_to_be_expected_is_worth_it(
    going: list[tuple[timedelta, Durations]], worth: float
) -> None:
    going = [(max(age, timedelta(0)), known) for age, known in going]

    pause = next_poll(NOON, going, worth) - NOON

    assert pause % MIN_INTERVAL == timedelta(0)
    assert pause == MIN_INTERVAL or delay(going, pause - timedelta(seconds=10)) <= 1.02 * worth
    assert pause == MAX_INTERVAL or delay(going, pause + MIN_INTERVAL) > 0.98 * worth


@pytest.mark.parametrize(("runs", "age", "expected"), [(24, 20, 4), (11, 30, 3)])
def test_where_results_wake_the_tracker_a_look_costs_a_minute_of_one_runs_delay(
    runs: int, age: int, expected: int
) -> None:
    """A second less of it, or one more, makes it three minutes with the first, and four with the others."""
    going = [(timedelta(minutes=age), minutes(60, 0.5))] * runs

    assert next_poll(NOON, going, DELAY_BUDGET_WATCHED) == NOON + timedelta(minutes=expected)


@pytest.mark.parametrize(("runs", "age", "expected"), [(8, 20, 2), (8, 30, 2), (1, 25, 6)])
def test_a_look_costs_ten_seconds_of_one_runs_delay(runs: int, age: int, expected: int) -> None:
    """A second more of it makes it three minutes with the first; one less a minute sooner with the others."""
    assert pause(*[(timedelta(minutes=age), minutes(60, 0.5))] * runs) == timedelta(minutes=expected)


def test_the_youngest_run_that_nobody_knows_decides() -> None:
    assert pause((timedelta(hours=5), None), (timedelta(minutes=2), None)) == MIN_INTERVAL


def test_too_few_runs_tell_nothing() -> None:
    age = timedelta(minutes=30)

    assert MIN_RUNS == 3
    assert pause((age, minutes(30, count=2))) == pause((age, None)) != pause((age, minutes(30, count=3)))


@pytest.mark.parametrize(
    ("age", "expected"),
    [(1, 10), (30, 10), (45, 5), (58, 2), (65, 1), (180, 10)],
)
def test_a_run_is_looked_at_often_only_when_its_end_is_near(age: int, expected: int) -> None:
    assert pause((timedelta(minutes=age), minutes(60))) == timedelta(minutes=expected)


def test_ten_runs_are_looked_at_more_often_than_one() -> None:
    run = (timedelta(minutes=60), minutes(120, 0.6))

    assert pause(*[run] * 10) < pause(run)


@pytest.mark.parametrize("hours", [2, 6, 24])
def test_a_run_that_goes_on_far_longer_than_any_before_is_looked_at_less_and_less(hours: int) -> None:
    usual = minutes(5)

    assert MIN_INTERVAL < pause((timedelta(hours=hours), usual)) <= pause((timedelta(hours=hours + 3), usual))


def test_the_pauses_of_a_tenant_whose_list_fails_double_up_to_ten_minutes() -> None:
    pauses = [after_failure(NOON, NOON - timedelta(minutes=m)) - NOON for m in (-5, 0, 1, 2, 4, 8, 16, 6000)]

    assert [int(each / MIN_INTERVAL) for each in pauses] == [1, 1, 1, 2, 4, 8, 10, 10]


def test_a_run_that_began_in_the_future_of_this_clock_is_one_that_has_just_begun() -> None:
    short = Durations(50, math.log(120), 0.01)

    assert pause((timedelta(seconds=-600), short)) == pause((timedelta(0), short))
