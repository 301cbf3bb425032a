"""Asking again for what did not succeed."""

from typing import Any

import pytest

from tests.wfm.post import PAYLOAD, Post

WINDOW = {
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "2026-11-16T00:00:00",
    "timeWindowEnd": "2026-11-23T00:00:00",
}
ASKED = {"workflowId": "reach", **WINDOW, "parameterValues": {"cap": 3, "share": "0.5"}}


def put(deployed: Any, request_id: str, status: str = "FAILED", **fields: Any) -> None:
    request = {"customerId": "acme", "requestId": request_id, "payload": PAYLOAD}
    deployed.put_request(request_id, status, **{"execution": ASKED, "request": request, **fields})


def outcomes(deployed: Any, *request_ids: str) -> list[tuple[str, str, str]]:
    reported = deployed.wfm.requests.resubmit("acme", request_ids)
    return [(one.request_id, one.outcome, one.successor) for one in reported]


def test_a_failure_is_sent_again_with_the_window_and_values_of_then(deployed: Any, post: Post) -> None:
    put(deployed, "r1", priority="scheduled", source="schedule:daily")

    assert outcomes(deployed, "r1") == [("r1", "SENT", "r1-r2")]

    (message,) = post.waiting()
    assert message["payload"] == ASKED
    assert (message["requestId"], message["resubmits"]) == ("r1-r2", "r1")
    assert (message["priority"], message["source"]) == ("scheduled", "schedule:daily")


def test_sent_twice_at_once_it_is_one_message(deployed: Any, post: Post) -> None:
    put(deployed, "r1")

    outcomes(deployed, "r1")
    outcomes(deployed, "r1")

    assert len(post.waiting()) == 1


def test_listed_is_what_nothing_has_made_up_for(deployed: Any, post: Post) -> None:
    put(deployed, "r1")
    put(deployed, "other-values", execution=ASKED | {"parameterValues": {"cap": "3"}})
    put(deployed, "made-up-for", execution=ASKED | {"workflowId": "geo"})
    put(deployed, "later", "SUCCEEDED", execution=ASKED | {"workflowId": "geo"}, requestedAt="2026-11-23T15:00:00.000Z")
    put(
        deployed,
        "old",
        workflowId="old",
        execution=ASKED | {"workflowId": "old"},
        requestedAt="2026-11-01T15:00:00.000Z",
    )

    listed = deployed.wfm.requests.unresolved("acme", "2026-11-20T00:00:00.000Z")

    assert {one.row["requestId"] for one in listed} == {"r1", "other-values"}
    (old,) = deployed.wfm.requests.unresolved("acme", workflow="old")
    assert old.row["requestId"] == "old"


@pytest.mark.parametrize(
    ("status", "why"),
    [("SUCCEEDED", "it is SUCCEEDED"), ("RUNNING", "it is RUNNING"), ("FAILED", "an equal request has succeeded")],
)
def test_a_named_one_that_needs_no_other_try_is_skipped_and_says_why(
    deployed: Any, post: Post, status: str, why: str
) -> None:
    put(deployed, "r1", status)
    put(deployed, "r2", "SUCCEEDED", requestedAt="2026-11-23T15:00:00.000Z")

    (reported,) = deployed.wfm.requests.resubmit("acme", ["r1"])

    assert reported.outcome == "SKIPPED"
    assert reported.detail.startswith(why)
    assert post.waiting() == []


def test_an_unknown_one_is_said_to_be_unknown(deployed: Any, post: Post) -> None:
    (reported,) = deployed.wfm.requests.resubmit("acme", ["nothing"])

    assert (reported.outcome, reported.detail) == ("REFUSED", "there is no such request; there are none yet")


def test_what_nobody_could_read_is_listed_and_not_sent(deployed: Any, post: Post) -> None:
    put(deployed, "m1", "REJECTED", execution={}, request={"message": "not json"})

    (reported,) = deployed.wfm.requests.resubmit("acme", ["m1"])

    assert (reported.request_id, reported.outcome) == ("m1", "REFUSED")
    assert "could not be read" in reported.detail


def test_amcs_own_window_is_the_one_that_its_run_had(deployed: Any, post: Post) -> None:
    put(deployed, "r1", execution={"workflowId": "reach"}, workflowExecutionId="e1")
    shown = {"timeWindowStartOriginal": "2026-11-20T00:00:00", "timeWindowEndOriginal": "2026-11-21T00:00:00"}
    deployed.put_execution("e1", "FAILED", requestId="r1", **shown)

    outcomes(deployed, "r1")

    (message,) = post.waiting()
    assert message["payload"]["timeWindowStart"] == "2026-11-20T00:00:00"
