"""summary.json has the promised fields, and the demo fails when it should."""

from typing import Any

import pytest

from local.demo.measures import AmcRun, Outcome, Path
from local.demo.summary import Truth, problems, summarize

FIELDS = [
    "requests",
    "succeeded",
    "failed",
    "lost",
    "duplicates",
    "external_seen",
    "max_concurrent",
    "limit",
    "standard_transitions_per_run",
    "amc_calls_per_run",
    "seconds_to_outcome",
]


def run(execution_id: str, is_external: bool = False, created: float = 0) -> AmcRun:
    return AmcRun(execution_id, "acme", "reach", is_external, "SUCCEEDED", created, created + 5)


def outcome(request_id: str, execution_id: str | None, status: str = "SUCCEEDED") -> Outcome:
    return Outcome("acme", request_id, status, execution_id, 1, {"ENDED": 12.0})


def good_truth(**changes: Any) -> Truth:
    given: dict[str, Any] = {
        "asked": ["r1", "r2", "r3"],
        "limits": {"acme": 2},
        "runs": [run("e1"), run("e2", created=6), run("x", is_external=True)],
        "outcomes": [outcome("r1", "e1"), outcome("r2", "e2"), outcome("r3", None, "REJECTED")],
        "paths": [Path("r1", 8, 0), Path("r2", 11, 1)],
        "recorded": frozenset({"x"}),
        "calls": [{}] * 9,
        **changes,
    }
    return Truth(**given)


def test_the_summary_has_exactly_the_promised_fields() -> None:
    summary = summarize(good_truth())

    assert list(summary) == FIELDS
    assert summary == {
        "requests": 3,
        "succeeded": 2,
        "failed": 1,
        "lost": 0,
        "duplicates": 0,
        "external_seen": 1,
        "max_concurrent": {"acme": 2},
        "limit": {"acme": 2},
        "standard_transitions_per_run": 8,
        "amc_calls_per_run": 3.0,
        "seconds_to_outcome": {"median": 1.0, "p95": 7.0},
    }


def test_amcs_own_count_stands_where_the_times_are_too_coarse_to_tell() -> None:
    summary = summarize(good_truth(peaks={"acme": 3}))

    assert summary["max_concurrent"] == {"acme": 3}


def test_nothing_is_wrong_with_a_good_run() -> None:
    assert problems(summarize(good_truth()), external_started=1) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"asked": ["r1", "r2", "r3", "r4"]}, "1 of 4 requests were lost."),
        ({"runs": [run("e1"), run("e2", created=6), run("e3", created=20), run("x", True)]}, "1 AMC runs"),
        ({"runs": [run("e1"), run("e2"), run("x", True)]}, "acme had 3 runs in AMC at once; allowed: 2."),
        ({"recorded": frozenset()}, "1 runs started elsewhere were not noticed."),
    ],
    ids=["lost", "duplicate", "over the limit", "external not seen"],
)
def test_what_went_wrong_is_said(changes: dict[str, Any], sentence: str) -> None:
    found = problems(summarize(good_truth(**changes)), external_started=1)

    assert len(found) == 1
    assert found[0].startswith(sentence)
