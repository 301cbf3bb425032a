"""The demo's claims are worth nothing unless its measures see what goes wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.demo.measures import (
    AmcRun,
    Outcome,
    Path,
    duplicates,
    lost,
    max_concurrent,
    most_transitions,
    over_limit,
    percentile,
    seconds_to_outcome,
)


def run(execution_id: str, created: float = 0, ended: float | None = 10, **changes: object) -> AmcRun:
    given = {
        "customer_id": "acme",
        "workflow_id": "reach",
        "is_external": False,
        "status": "SUCCEEDED",
        "created": created,
        "ended": ended,
        **changes,
    }
    return AmcRun(execution_id=execution_id, **given)  # type: ignore[arg-type]


def outcome(request_id: str, execution_id: str | None, status: str = "SUCCEEDED", **changes: object) -> Outcome:
    given = {"customer_id": "acme", "attempts": 1, "reached": {}, **changes}
    return Outcome(request_id=request_id, execution_id=execution_id, status=status, **given)  # type: ignore[arg-type]


def test_requests_with_their_own_amc_runs_are_neither_lost_nor_doubled() -> None:
    outcomes = [outcome("r1", "e1"), outcome("r2", "e2", "FAILED")]
    runs = [run("e1"), run("e2", status="FAILED")]

    assert lost(["r1", "r2"], outcomes, runs) == []
    assert duplicates(outcomes, runs) == []


def test_a_request_that_amc_refused_has_an_outcome_without_a_run() -> None:
    assert lost(["r1"], [outcome("r1", None, "REJECTED")], []) == []


@pytest.mark.parametrize(
    ("outcomes", "runs"),
    [
        pytest.param([], [run("e1")], id="no row"),
        pytest.param([outcome("r1", "e1", "RUNNING")], [run("e1")], id="not ended"),
        pytest.param([outcome("r1", None)], [], id="succeeded without a run"),
        pytest.param([outcome("r1", "e1")], [], id="the run does not exist"),
        pytest.param([outcome("r1", "e1")], [run("e1", status="FAILED")], id="AMC tells another end"),
        pytest.param([outcome("r1", "e1")], [run("e1", is_external=True)], id="the run was started elsewhere"),
        pytest.param([outcome("r1", "e1")], [run("e1", customer_id="other")], id="the run is another tenant's"),
        pytest.param(
            [outcome("r1", "e1", body={"a": 1})], [run("e1", body={"a": 2})], id="the run is of something else"
        ),
    ],
)
def test_a_request_without_a_true_outcome_is_lost(outcomes: list[Outcome], runs: list[AmcRun]) -> None:
    assert lost(["r1"], outcomes, runs) == ["r1"]


def test_two_requests_that_share_a_run_are_both_lost() -> None:
    outcomes = [outcome("r1", "e1"), outcome("r2", "e1")]

    assert lost(["r1", "r2"], outcomes, [run("e1")]) == ["r1", "r2"]


def test_a_run_that_no_request_knows_of_is_a_duplicate() -> None:
    outcomes = [outcome("r1", "e1")]

    assert duplicates(outcomes, [run("e1"), run("e2")]) == ["e2"]


def test_a_run_started_elsewhere_is_no_duplicate() -> None:
    assert duplicates([], [run("e1", is_external=True)]) == []


def test_runs_that_overlap_are_counted_together() -> None:
    runs = [run("e1", 0, 10), run("e2", 5, 15), run("e3", 9, 11), run("e4", 20, 30)]

    assert max_concurrent(runs) == 3


def test_a_run_that_begins_as_another_ends_takes_its_slot_over() -> None:
    assert max_concurrent([run("e1", 0, 10), run("e2", 10, 20)]) == 1


def test_a_run_that_is_active_counts_until_the_end() -> None:
    assert max_concurrent([run("e1", 0, None), run("e2", 1_000, 1_001)]) == 2


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=30))
def test_the_peak_is_what_counting_at_every_moment_gives(intervals: list[tuple[int, int]]) -> None:
    runs = [run(str(index), start, start + length) for index, (start, length) in enumerate(intervals)]

    counted = [sum(start <= now < start + length for start, length in intervals) for now in range(71)]
    assert max_concurrent(runs) == max(counted)


def test_a_tenant_at_its_limit_is_fine_and_one_above_is_named() -> None:
    assert over_limit({"acme": 3, "other": 2}, {"acme": 2, "other": 2}) == ["acme"]


def test_the_delay_is_from_the_end_in_amc_to_the_recorded_end() -> None:
    outcomes = [outcome("r1", "e1", reached={"RUNNING": 1.0, "ENDED": 12.5}), outcome("r2", None, "REJECTED")]

    assert seconds_to_outcome(outcomes, [run("e1", ended=10)]) == [2.5]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (1, 20)])
def test_a_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    assert percentile(list(range(20, 0, -1)), share) == expected


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.5) is None


def test_runs_with_failed_tasks_do_not_count_as_runs_without_faults() -> None:
    paths = [Path("r1", transitions=8, failures=0), Path("r2", transitions=13, failures=2)]

    assert most_transitions(paths, faults=False) == 8
    assert most_transitions(paths, faults=True) == 13
