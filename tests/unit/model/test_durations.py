"""How long a workflow's runs take, learnt run by run."""

import math
from datetime import timedelta
from random import Random
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wfm.model.durations import AMC_DURATIONS, MIN_DURATION, Durations, guess_from, read_durations
from wfm.model.timeouts import MAX_DURATION


def learnt(*seconds: float, known: Durations | None = None) -> Durations:
    found = known or Durations()
    for each in seconds:
        found = found.after(timedelta(seconds=each))
    return found


def test_the_first_run_is_all_that_is_known() -> None:
    assert learnt(600) == Durations(1, round(math.log(600), 6), 0.0)


def test_a_few_runs_are_weighted_alike() -> None:
    found = learnt(100, 1000)

    assert found.mean == pytest.approx(math.log(math.sqrt(100 * 1000)), abs=1e-5)
    assert math.sqrt(found.variance) == pytest.approx(math.log(10) / 2, abs=1e-5)


def test_many_runs_show_their_distribution() -> None:
    random = Random(7)  # noqa: S311
    found = learnt(*(random.lognormvariate(7, 0.4) for _ in range(2000)))

    assert found.mean == pytest.approx(7, abs=0.3)
    assert math.sqrt(found.variance) == pytest.approx(0.4, abs=0.2)


def test_a_change_is_followed_within_some_twenty_runs() -> None:
    found = learnt(*[3600] * 20, known=learnt(*[60] * 500))

    assert math.exp(found.mean) > 2000


@settings(max_examples=40)
@given(
    seconds=st.lists(st.floats(0, 1e6), min_size=1, max_size=30),
    first=st.floats(0, 1e6),
    more=st.floats(0, 1e6),
)
def test_what_is_left_shrinks_with_time_and_is_never_nothing(seconds: list[float], first: float, more: float) -> None:
    known = learnt(*seconds)

    assert 0 < known.survival(first + more) <= known.survival(first) <= known.survival(0) == 1
    assert math.log(MIN_DURATION.total_seconds()) <= known.mean <= math.log(MAX_DURATION.total_seconds()) + 1e-5
    assert known.variance >= 0


@pytest.mark.parametrize(
    ("known", "deviation"),
    [
        (Durations(0, 7.0, 0.81), 0.9),
        (Durations(1, 7.0, 0.0), math.sqrt(0.1 + 0.0001)),
        (Durations(2, 7.0, 0.04), math.sqrt(0.04 * 3 + 0.1 / 2**6 + 0.0001)),
        (Durations(10, 7.0, 0.04), math.sqrt(0.04 * 11 / 9 + 1e-7 + 0.0001)),
        (Durations(400, 7.0, 0.04), math.sqrt(0.04 * 11 / 9 + 0.0001)),
        (Durations(400, 7.0, 0.0), 0.01),
    ],
)
@pytest.mark.parametrize("away", [-1.0, -0.1, 0.0, 0.02, 0.5, 3.0])
def test_what_is_left_is_a_lognormal_with_a_share_of_runs_that_are_like_none_before(
    known: Durations, deviation: float, away: float
) -> None:
    usual = 1 - NormalDist(0, deviation).cdf(away)
    strange = 1 / (1 + math.exp(away / (0.25 + deviation / 2)))

    assert known.survival(math.exp(7 + away)) == pytest.approx(0.95 * usual + 0.05 * strange, rel=1e-6)


@pytest.mark.parametrize("deviation", [0.01, 0.3, 1.0])
def test_of_the_runs_that_outlast_all_before_a_tenth_outlasts_a_multiple(deviation: float) -> None:
    known, late = Durations(0, 7.0, deviation**2), math.exp(7 + 8 * deviation + 2)

    left = known.survival(late * 10 ** (0.25 + deviation / 2)) / known.survival(late)

    assert left == pytest.approx(0.1, rel=0.02)


def test_runs_that_are_all_alike_leave_less_and_less_to_doubt() -> None:
    spreads = [learnt(*[3600.0] * count).survival(3600 * 1.05) for count in (1, 2, 3, 10)]

    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] < 0.03 < spreads[0]


def test_a_guess_is_from_all_that_is_known_of_others_and_wider_than_it() -> None:
    found = guess_from([Durations(5, 6.0, 0.04), Durations(9, 8.0, 0.08), Durations()])

    assert found == Durations(0, 7.0, 0.06 + 1.0 + 0.25)
    assert not found.is_reliable
    assert guess_from([Durations(), Durations(0, 7.0, 1.0)]) is None


@pytest.mark.parametrize(
    ("count", "variance", "reliable"), [(2, 0.0, False), (3, 0.0, True), (50, 0.16, True), (50, 0.17, False)]
)
def test_enough_runs_that_are_alike_can_be_relied_on(count: int, variance: float, reliable: bool) -> None:
    assert Durations(count, 7.0, variance).is_reliable is reliable


def test_the_first_run_replaces_a_guess() -> None:
    assert AMC_DURATIONS.after(timedelta(seconds=600)) == learnt(600)


def test_amcs_runs_often_take_at_least_fifteen_minutes() -> None:
    left = [round(AMC_DURATIONS.survival(60 * minutes), 1) for minutes in (5.5, 15, 72, 1440)]

    assert left == [0.9, 0.6, 0.1, 0.0]


def test_however_long_a_run_goes_on_something_is_left() -> None:
    assert Durations(50, 0.0, 0.0).survival(1e300) > 0


@pytest.mark.parametrize(("count", "mean", "variance"), [(1, 0, 0), (1, 12, 36), (3, 0.5, 35.5)])
def test_what_a_row_may_say_is_read(count: int, mean: float, variance: float) -> None:
    assert read_durations({"count": count, "mean": mean, "variance": variance}) == Durations(count, mean, variance)


def test_a_row_keeps_what_was_learnt() -> None:
    known = learnt(100, 200, 400)

    assert read_durations(known.to_field()) == known


@pytest.mark.parametrize(
    "field",
    [
        None,
        "long",
        [],
        {},
        {"count": 3},
        {"count": -1, "mean": 1, "variance": 1},
        {"count": 0, "mean": 0, "variance": 0},
        {"count": "3", "mean": 1, "variance": 1},
        {"count": 3, "mean": math.nan, "variance": 1},
        {"count": 3, "mean": 1, "variance": -1},
        {"count": 3, "mean": 900, "variance": 1},
        {"count": 3, "mean": 12.5, "variance": 1},
        {"count": 3, "mean": -0.5, "variance": 1},
        {"count": 3, "mean": 1, "variance": 36.5},
        {"count": 3, "mean": 1, "variance": -0.5},
        {"count": math.nan, "mean": 1, "variance": 1},
        {"count": math.inf, "mean": 1, "variance": 1},
    ],
)
def test_a_field_that_was_edited_tells_nothing(field: Any) -> None:
    assert read_durations(field) is None
