"""How a lifecycle ended."""

import json

import pytest

from wfm.model.outcomes import Outcome, of_error, of_run
from wfm.model.statuses import RequestStatus


@pytest.mark.parametrize(
    ("run", "outcome"),
    [
        ({"status": "SUCCEEDED"}, Outcome(RequestStatus.SUCCEEDED)),
        ({"executionStatus": "PUBLISHING"}, Outcome(RequestStatus.RUNNING)),
        ({"status": "BRAND_NEW"}, Outcome(RequestStatus.RUNNING)),
        ({"status": "REJECTED", "statusReason": "bad SQL"}, Outcome(RequestStatus.REJECTED, "bad SQL", "AmcRejected")),
        ({"status": "CANCELLED"}, Outcome(RequestStatus.CANCELLED, "AMC ended the run as CANCELLED", "AmcCancelled")),
        ({"executionStatus": "DELETED"}, Outcome(RequestStatus.FAILED, "AMC ended the run as DELETED", "AmcDeleted")),
        (
            {"executionStatus": "RUNNING", "overdueReason": "no end"},
            Outcome(RequestStatus.FAILED, "no end", "RunDeadlineExceeded"),
        ),
        (
            {"executionStatus": "CANCELLED", "overdueReason": "x"},
            Outcome(RequestStatus.FAILED, "x", "RunDeadlineExceeded"),
        ),
        ({"executionStatus": "SUCCEEDED", "overdueReason": "x"}, Outcome(RequestStatus.SUCCEEDED)),
    ],
)
def test_the_outcome_of_a_run_keeps_amcs_reason(run: dict[str, str], outcome: Outcome) -> None:
    assert of_run(run) == outcome


def test_a_permanent_error_is_a_rejection_with_its_sentence() -> None:
    cause = json.dumps({"errorMessage": "workflowId: no", "errorType": "UnknownWorkflow"})

    assert of_error("UnknownWorkflow", cause) == Outcome(RequestStatus.REJECTED, "workflowId: no", "UnknownWorkflow")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"status": "WAITING"}, "no slot came free for it within 14 days, which is as long as a request may wait"),
        ({"status": "SUBMITTING"}, "a step did not answer in time, however often it was tried"),
        ({}, "a step did not answer in time, however often it was tried"),
    ],
)
def test_a_timeout_says_what_took_too_long(row: dict[str, str], reason: str) -> None:
    assert of_error("States.Timeout", "", row) == Outcome(RequestStatus.FAILED, reason, "States.Timeout")


def test_amcs_words_come_from_the_row_since_no_log_may_hold_them() -> None:
    row = {"amcRefusal": "AMC refused with 400: no column brand"}
    cause = json.dumps({"errorMessage": "AMC refused with 400: AMC's words are on the row"})

    assert of_error("AmcRefused", cause, row) == Outcome(RequestStatus.REJECTED, row["amcRefusal"], "AmcRefused")
    for error, later in (("InvalidRequest", row), ("AmcRefused", row | {"workflowExecutionId": "run-1"})):
        assert of_error(error, cause, later).reason == "AMC refused with 400: AMC's words are on the row"


@pytest.mark.parametrize("cause", ["", "not json", '"text"', "[]", "null"])
def test_any_cause_can_be_read(cause: str) -> None:
    outcome = of_error("NotReadyYet", cause)

    assert outcome.status == "FAILED"
    assert outcome.reason


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ('{"errorMessage": "no SQL", "errorType": "Inva', "no SQL"),
        ('{"errorMessage": "a \\"quote\\", cut \\u00e', 'a "quote", cut '),
        ('{"errorMessage": "half a smile \\ud83d', "half a smile "),
        ('{"errorMessage": "cut \\', "cut "),
        ('{"errorType": "E", "errorMess', '{"errorType": "E", "errorMess'),
        ("States.Timeout", "States.Timeout"),
        ("", "NotReadyYet"),
    ],
)
def test_a_cause_that_was_cut_is_told_as_far_as_it_goes(cause: str, reason: str) -> None:
    assert of_error("NotReadyYet", cause).reason == reason
