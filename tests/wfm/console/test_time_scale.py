from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wfm.console.time_scale import WHOLE, TimeScale

HOUR = 3600.0


def test_an_idle_night_is_narrower_than_an_hour_of_work() -> None:
    scale = TimeScale.of([(0, HOUR), (20 * HOUR, 21 * HOUR)], 0, 21 * HOUR)

    first, night, last = scale.stretches
    assert [one.is_idle for one in scale.stretches] == [False, True, False]
    assert first.width == last.width > 5 * night.width
    assert night.seconds == 19 * HOUR


def test_a_short_pause_is_as_wide_as_it_was() -> None:
    scale = TimeScale.of([(0, HOUR), (HOUR + 60, 2 * HOUR)], 0, 2 * HOUR)

    assert [one.is_idle for one in scale.stretches] == [False] * 3
    assert scale.place(HOUR) == pytest.approx(WHOLE / 2)


def test_what_goes_on_until_now_leaves_no_gap() -> None:
    scale = TimeScale.of([(0, HOUR), (HOUR / 2, 3 * HOUR)], 0, 2 * HOUR)

    assert len(scale.stretches) == 1
    assert scale.place(HOUR) == pytest.approx(WHOLE / 2)


@pytest.mark.parametrize("end", [0.0, 1.0, HOUR])
def test_without_anything_the_axis_is_whole(end: float) -> None:
    assert TimeScale.of([], 0, end).place(end) in (0.0, pytest.approx(WHOLE))


def seconds(least: int, most: int) -> st.SearchStrategy[float]:
    """To the millisecond, as rows have them."""
    return st.integers(least * 1000, most * 1000).map(lambda each: each / 1000)


SPANS = st.lists(st.tuples(seconds(0, 1_000_000), seconds(0, 100_000)), max_size=40)


@settings(max_examples=80, deadline=None)
@given(SPANS, st.lists(seconds(-10, 2_000_000), min_size=2, max_size=20))
def test_later_is_never_further_left_and_nothing_is_beyond_the_edges(
    spans: list[tuple[float, float]], times: list[float]
) -> None:
    scale = TimeScale.of([(at, at + took) for at, took in spans], 0, 1_200_000)

    places = [scale.place(at) for at in sorted(times)]

    assert all(-0.001 <= place <= WHOLE + 0.001 for place in places)
    assert all(one <= other + 1e-6 for one, other in pairwise(places))
    assert sum(one.width for one in scale.stretches) == pytest.approx(WHOLE)
