import pytest

from local.demo.evidence import read_outcome, read_path, read_run, seconds
from wfm.client.records import Request

TASK = ("TaskStateEntered", "TaskScheduled", "TaskSucceeded", "TaskStateExited")
END = ("ChoiceStateEntered", "ChoiceStateExited", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded")
QUIET = ["ExecutionStarted", *TASK, *TASK, *TASK, *TASK, *TASK, *END]


def test_each_state_entered_is_one_transition() -> None:
    path = read_path("r1", QUIET)

    assert (path.transitions, path.failures) == (7, 0)


def test_a_repeated_task_is_one_more_transition_and_a_failure() -> None:
    path = read_path("r1", [*QUIET, "TaskFailed", "TaskScheduled", "TaskTimedOut", "TaskScheduled"])

    assert (path.transitions, path.failures) == (9, 2)


@pytest.mark.parametrize(("ended_at", "ended"), [("2026-11-23T14:00:05.250Z", 1795442405.25), (None, None)])
def test_a_run_is_read_as_amc_tells_it(ended_at: str | None, ended: float | None) -> None:
    document = {
        "workflowExecutionId": "e1",
        "instanceId": "amc1",
        "workflowId": "reach",
        "origin": "external",
        "status": "RUNNING",
        "createdAt": "2026-11-23T14:00:00.000Z",
        "endedAt": ended_at,
        "request": {"workflowId": "reach"},
    }

    run = read_run(document, {"amc1": "acme"})

    assert (run.customer_id, run.is_external, run.created, run.ended) == ("acme", True, 1795442400.0, ended)
    assert run.body == {"workflowId": "reach"}


def test_an_outcome_has_the_time_of_its_end_whatever_the_end_is() -> None:
    row = {
        "customerId": "acme",
        "requestId": "r1",
        "status": "FAILED",
        "attempts": 2,
        "execution": {"workflowId": "reach"},
        "queuedAt": "2026-11-23T14:00:00.000Z",
        "endedAt": "2026-11-23T14:00:09.000Z",
    }

    outcome = read_outcome(Request.from_row(row))

    assert (outcome.attempts, outcome.body) == (2, {"workflowId": "reach"})
    assert outcome.reached["ENDED"] == seconds("2026-11-23T14:00:09Z")


def test_a_request_that_is_active_has_no_end() -> None:
    row = {"customerId": "acme", "requestId": "r1", "status": "RUNNING", "runningAt": "2026-11-23T14:00:00.000Z"}

    assert "ENDED" not in read_outcome(Request.from_row(row)).reached
