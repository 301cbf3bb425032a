"""How long the machines retry while an account's Lambdas, or AWS's services, are busy with a burst."""

from typing import Any

import pytest

from state_machines import execution_lifecycle
from tests.machines.walk import Definition, states
from tests.reliability.walk import MAX_ATTEMPTS, MAX_POLL_ATTEMPTS, MAX_REQUEUES

AN_HOUR = 3600  # what a burst of ten thousand requests may take where ten Lambdas run at a time
A_LONG_WEEKEND = 3 * 24 * AN_HOUR
EVENTS_OF_A_TRY, MAX_EVENTS = 3, 25_000  # of an execution's history
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
@pytest.mark.parametrize("machine", ["execution_lifecycle", "tenant_offboarding", "tenant_onboarding", "workflow_sync"])
def test_no_state_fails_for_an_overload_of_an_hour(
    definitions: dict[str, Definition], machine: str, error: str
) -> None:
    tasks = list(states(definitions[machine], "Task"))

    assert tasks
    assert [name for name, task in tasks if lasting(task, error) <= AN_HOUR and not goes_on(task, error)] == []


def goes_on(task: Any, error: str) -> bool:
    """Whether an error that stays leads elsewhere than to the failure path."""
    return any(error in rule["ErrorEquals"] for rule in task["Catch"])


@pytest.mark.parametrize(
    ("machine", "state", "error"),
    [
        ("workflow_sync", "SyncWorkflow", "AmcUnavailable"),
        ("workflow_sync", "CheckWorkflow", "AmcUnavailable"),
        ("execution_lifecycle", "PrepareExecution", "NotReadyYet"),  # its workflow is not in AMC yet
    ],
)
def test_what_nothing_starts_anew_outlasts_an_amc_that_is_away_over_a_long_weekend(
    definitions: dict[str, Definition], machine: str, state: str, error: str
) -> None:
    task = definitions[machine]["States"][state]
    tries = next(rule["MaxAttempts"] for rule in task["Retry"] if error in rule["ErrorEquals"])

    assert lasting(task, error) > A_LONG_WEEKEND
    assert tries * EVENTS_OF_A_TRY * len(states(definitions[machine], "Task")) < MAX_EVENTS


def test_the_walk_of_the_reliability_tests_gives_up_as_soon_as_the_machine(definitions: dict[str, Definition]) -> None:
    def tries(state: str, error: str) -> list[int]:
        rules = definitions["execution_lifecycle"]["States"][state]["Retry"]
        return [rule["MaxAttempts"] for rule in rules if error in rule["ErrorEquals"]]

    assert tries("PrepareExecution", "NotReadyYet") == tries("SubmitExecution", "AmcUnavailable") == [MAX_ATTEMPTS]
    assert tries("PollExecution", "AmcUnavailable") == [MAX_POLL_ATTEMPTS]
    assert execution_lifecycle.MAX_REQUEUES == MAX_REQUEUES


def test_a_crash_that_stays_is_given_up_within_minutes(definitions: dict[str, Definition]) -> None:
    tasks = list(states(definitions["execution_lifecycle"], "Task"))

    assert {name for name, task in tasks if lasting(task, "KeyError") < AN_HOUR / 10} == {name for name, _ in tasks}
