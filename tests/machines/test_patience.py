"""How long the machines go on trying while an account's Lambdas, or AWS's services, are busy with a burst."""

from typing import Any

import pytest

from tests.machines.walk import Definition, states

AN_HOUR = 3600  # what a burst of ten thousand requests may take where ten Lambdas run at a time
OVERLOAD = ["Lambda.TooManyRequestsException", "Lambda.ServiceException", "AwsBusy", "AmcThrottled", "AmcUnavailable"]


def lasting(task: Any, error: str) -> float:
    """Seconds for which a Task repeats an error that stays: the mean, with full jitter of the pauses."""
    rules = task["Retry"]
    names = [error, "States.TaskFailed", "States.ALL"]
    rule = next((rule for rule in rules if any(name in rule["ErrorEquals"] for name in names)), None)
    assert rule is not None
    assert rule["JitterStrategy"] == "FULL"
    first, longest, growth = rule["IntervalSeconds"], rule["MaxDelaySeconds"], rule["BackoffRate"]
    pauses = [float(min(first * growth ** min(number, 60), longest)) for number in range(rule["MaxAttempts"])]
    return sum(pauses) / 2


@pytest.mark.parametrize("error", OVERLOAD)
@pytest.mark.parametrize("machine", ["execution_lifecycle", "tenant_onboarding", "workflow_sync"])
def test_no_state_fails_for_an_overload_of_an_hour(
    definitions: dict[str, Definition], machine: str, error: str
) -> None:
    tasks = list(states(definitions[machine], "Task"))

    assert tasks
    assert [name for name, task in tasks if lasting(task, error) <= AN_HOUR] == []


def test_a_crash_that_stays_is_given_up_within_minutes(definitions: dict[str, Definition]) -> None:
    tasks = list(states(definitions["execution_lifecycle"], "Task"))

    assert {name for name, task in tasks if lasting(task, "KeyError") < AN_HOUR / 10} == {name for name, _ in tasks}
