from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wfm.report.invented import MONDAY, a_line, many_lines
from wfm.report.axis import MOST_MARKS, marks, top
from wfm.report.lanes import lanes
from wfm.report.numbers import NO_REASON, by_hour, failed, failures, figures, percentile, same, thinned
from wfm.report.spans import QUEUE, RUN, SLOT, Span
from wfm.report.timeline import MOST_LANES


def test_figures_count_every_run_once() -> None:
    lines = [
        a_line("a", parts=(Span(QUEUE, 0, 2), Span(SLOT, 2, 12), Span(RUN, 12, 112))),
        a_line("b", parts=(Span(RUN, 0, 300),), source="external"),
        a_line("c", status="FAILED"),
        a_line("d", status="RUNNING", ended=False),
    ]

    found = figures("acme", lines)

    assert (found.runs, found.succeeded, found.failed, found.active, found.external) == (4, 2, 1, 1, 1)
    assert (found.median_run, found.p95_run, found.longest_run) == (100, 300, 300)
    assert (found.median_queue, found.median_slot) == (2, 10)


def test_figures_of_nothing_are_empty() -> None:
    found = figures("acme", [])

    assert (found.runs, found.median_run, found.longest_run) == (0, None, None)
    assert percentile([], 0.5) is None


def test_reasons_that_differ_in_ids_and_numbers_are_one() -> None:
    lines = [
        a_line(
            str(number),
            status="FAILED",
            reason=f"run 0f8fad5b-d9cb-469f-a165-7086772895{number} failed at 12:0{number}",
        )
        for number in range(10, 13)
    ]

    (found,) = failures([*lines, a_line("good")])

    assert (found.reason, found.count, found.customers) == ("FAILED: run # failed at #", 3, ["acme"])


def test_a_failure_without_a_reason_says_that() -> None:
    assert same("  \n ") == NO_REASON
    assert same("AMC refused with 400 (x-amz-rid 7AB, x-amz-request-id c-d): no") == same("AMC refused with 400: no")


def test_hours_are_those_in_which_runs_were_asked_for() -> None:
    late = MONDAY + 23 * 3600
    lines = [a_line("a"), a_line("b", status="FAILED", parts=(Span(RUN, late, late + 7200),))]

    counts = by_hour(lines)

    assert (counts[0], counts[23], sum(count for count, _ in counts)) == ((1, 0), (1, 1), 2)


def test_what_somebody_cancelled_has_not_failed() -> None:
    lines = [a_line(status=status) for status in ("SUCCEEDED", "FAILED", "REJECTED", "CANCELLED", "CANCELLED")]

    found = figures("all", lines)

    assert (found.runs, found.succeeded, found.failed, found.cancelled) == (5, 1, 2, 2)
    assert sorted(one.reason.partition(":")[0] for one in failures(lines)) == ["FAILED", "REJECTED"]
    assert max(bad for _, bad in by_hour(lines)) == 2


def test_thinning_keeps_what_failed_and_what_is_active() -> None:
    lines = list(many_lines(1000))
    telling = [line for line in lines if failed(line) or not line.ended]

    kept = thinned(lines, 400)

    assert len(kept) == 400
    assert {line.run_id for line in telling} <= {line.run_id for line in kept}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(1, 50), st.floats(0, 1))
def test_thinning_never_goes_over_and_never_takes_a_run_twice(count: int, most: int, bad: float) -> None:
    lines = [a_line(str(number), status="FAILED" if number < bad * count else "SUCCEEDED") for number in range(count)]

    kept = thinned(lines, most)

    assert len(kept) == min(count, most)
    assert len({line.run_id for line in kept}) == len(kept)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 2e9), st.floats(1, 3e8))
def test_marks_are_few_and_within_the_period(start: float, length: float) -> None:
    found = marks(start, start + length)

    assert len(found) <= MOST_MARKS + 1
    assert all(start <= at <= start + length for at, _ in found)


def test_an_axis_ends_at_a_round_duration() -> None:
    assert [top(seconds) for seconds in (0.5, 61, 3600, 5000, 10_000_000)] == [1, 120, 3600, 7200, 10_000_000]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 300)), max_size=30))
def test_no_two_runs_lie_upon_each_other(times: list[tuple[float, float]]) -> None:
    spans = sorted((at, at + took) for at, took in times)

    placed = lanes(spans, 1.0, MOST_LANES)

    assert None not in placed
    for lane in set(placed):
        row = [span for each, span in zip(placed, spans, strict=True) if each == lane]
        assert all(one[1] + 1.0 <= other[0] for one, other in pairwise(row))


def test_what_finds_no_room_is_left_out() -> None:
    placed = lanes([(0.0, 1.0)] * (MOST_LANES + 20), 1.0, MOST_LANES)

    assert placed == [*range(MOST_LANES), *[None] * 20]
