"""What a schedule says of sending again what failed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_message
from wfm.errors import InvalidRecord
from wfm.model.outcomes import RUN_DEADLINE_EXCEEDED
from wfm.model.requests import read_request
from wfm.model.retry_policy import RetryPolicy, read_retry_policy


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (None, None),
        ({"attempts": 1}, RetryPolicy(1, ("FAILED",))),
        ({"attempts": 5, "for": ["REJECTED", "FAILED", "REJECTED"]}, RetryPolicy(5, ("REJECTED", "FAILED"))),
        ({"attempts": 2, "pause": "0m"}, RetryPolicy(2)),
        ({"attempts": 2, "pause": " 2H "}, RetryPolicy(2, pause=timedelta(hours=2))),
        ({"attempts": 2, "for": ["RunDeadlineExceeded"]}, RetryPolicy(2, (RUN_DEADLINE_EXCEEDED,))),
        (
            {"attempts": 2, "for": ["States.Timeout", "AmcUnavailable"]},
            RetryPolicy(2, ("States.Timeout", "AmcUnavailable")),
        ),
    ],
)
def test_a_rule_is_read_and_says_the_same_where_it_is_written(value: Any, rule: RetryPolicy | None) -> None:
    assert read_retry_policy(value) == rule
    assert rule is None or read_retry_policy(rule.to_field()) == rule


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        (3, ["resubmit: 3 is no object; allowed: an object with attempts and for"]),
        ({}, ["resubmit.attempts: is missing; allowed: 1 to 5"]),
        *(
            ({"attempts": 2, name: "1h"}, [f"resubmit.{name}: is no field of it{hint}; allowed: attempts, for, pause"])
            for name, hint in (("delay", ""), ("tries", ""), ("Pause", " (did you mean pause?)"))
        ),
        ({"attempts": 6}, ["resubmit.attempts: 6 is not usable; allowed: 1 to 5"]),
        ({"attempts": True}, ["resubmit.attempts: True is not usable; allowed: 1 to 5"]),
        *(
            ({"attempts": 2, "pause": pause}, [f"resubmit.pause: {pause!r} is not usable; allowed: whole quarters"])
            for pause in ("", "20m", "25h", "45", 45, True, None, float("nan"), ["45m"])
        ),
        ({"attempts": 1, "for": []}, ["resubmit.for: [] is no list of kinds of failure; allowed: "]),
        ({"attempts": 1, "for": "FAILED"}, ["resubmit.for: 'FAILED' is no list of kinds of failure; allowed: "]),
        (
            {"attempts": "2", "for": ["FALED", "CANCELLED", 7]},
            [
                "resubmit.attempts: '2' is not usable; allowed: 1 to 5",
                "resubmit.for: 'FALED' is unknown (did you mean FAILED?); allowed: FAILED, REJECTED or names of errors",
                "resubmit.for: 'CANCELLED' is unknown",
                "resubmit.for: 7 is unknown",
            ],
        ),
    ],
)
def test_all_that_is_wrong_with_a_rule_is_told(value: Any, problems: list[str]) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_retry_policy(value)

    for told, expected in zip(refused.value.problems, problems, strict=True):
        assert str(told).startswith(expected)


def test_a_request_with_a_rule_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InvalidRecord, match=r"resubmit\.for"):
        read_request(a_message(resubmit={"attempts": 1, "for": ["FALED"]}), "")


@pytest.mark.parametrize(
    ("kinds", "status", "error", "covered"),
    [
        (("FAILED",), "FAILED", "AmcFailed", True),
        (("FAILED",), "FAILED", None, True),
        (("FAILED",), "REJECTED", "AmcRefused", False),
        (("REJECTED",), "REJECTED", "AmcRejected", True),
        (("AmcRefused",), "REJECTED", "AmcRefused", True),
        (("AmcRefused",), "REJECTED", "UnknownWorkflow", False),
        (("RunDeadlineExceeded",), "FAILED", "AmcFailed", False),
        (("FAILED", "ExecutionStopped"), "CANCELLED", "ExecutionStopped", False),
        (("FAILED", "REJECTED"), "SUCCEEDED", None, False),
        (("FAILED", "REJECTED"), "RUNNING", None, False),
    ],
)
def test_only_failures_that_are_named_count(
    kinds: tuple[str, ...], status: str, error: str | None, covered: bool
) -> None:
    assert RetryPolicy(1, kinds).matches(status, error) is covered
