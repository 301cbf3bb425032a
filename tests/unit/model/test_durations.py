"""How long a workflow's runs take, learnt run by run."""

import math
from datetime import timedelta
from random import Random
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wfm.model.durations import MIN_DURATION, Durations, read_durations
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


@given(
    count=st.integers(0, 40),
    mean=st.floats(0, 11),
    deviation=st.floats(0, 2),
    seconds=st.floats(0.5, 90_000),
)
def test_what_is_left_is_a_lognormal_with_a_share_of_runs_that_are_like_none_before(
    count: int, mean: float, deviation: float, seconds: float
) -> None:
    of_the_mean = 1 / min(max(count, 1), 10)
    usual = NormalDist(mean, math.sqrt(deviation**2 * (1 + of_the_mean) + 0.01))
    strange = NormalDist(mean, 2)

    left = Durations(count, mean, deviation**2).survival(seconds)

    longer = [1 - known.cdf(math.log(seconds)) for known in (usual, strange)]
    assert left == pytest.approx(0.95 * longer[0] + 0.05 * longer[1], rel=1e-6, abs=1e-9)


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
        {"count": 0, "mean": 1, "variance": 1},
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
