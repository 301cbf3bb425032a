"""The edges of AMC's answers: media types, ids, and bodies that are nearly JSON."""

from typing import Any

import pytest

from tests.local.amc_simulator.builders import SQL, STEADY, World


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/workflows", {"workflowId": "new", "sqlQuery": SQL}),
        ("PUT", "/workflows/reach", {"sqlQuery": SQL}),
        ("DELETE", "/workflows/reach", None),
        ("POST", "/schedules", {"scheduleId": "s", "workflowId": "reach", "aggregationPeriod": "Daily"}),
    ],
)
def test_a_write_is_answered_with_an_octet_stream(amc: World, method: str, path: str, body: Any) -> None:
    reply = amc.call(method, path, body)

    assert (reply.headers["content-type"], reply.body) == ("application/octet-stream", b"{}")


def test_a_cancel_is_a_write_too(amc: World) -> None:
    reply = amc.call("PUT", f"/workflowExecutions/{amc.run()}", {"status": "CANCELLED"})

    assert (reply.headers["content-type"], reply.body) == ("application/octet-stream", b"{}")


@pytest.mark.parametrize("path", ["/workflows", "/workflows/none", "/nothing"])
def test_every_answer_has_two_ids_that_the_journal_knows(amc: World, path: str) -> None:
    first, second = amc.call("GET", path), amc.call("GET", path)

    call = amc.control("GET", "/journal")["calls"][-1]
    assert (second.headers["x-amz-rid"], second.headers["x-amz-request-id"]) == (call["rid"], call["requestId"])
    assert first.headers["x-amz-rid"] != second.headers["x-amz-rid"]


@pytest.mark.parametrize("status", [429, 500, 504])
def test_a_spoilt_answer_has_them_too(amc: World, status: int) -> None:
    amc.control("POST", "/faults", [{"status": status, "body": "html"}])

    assert amc.call("GET", "/workflows").headers["x-amz-rid"]


def test_what_follows_the_first_json_value_is_ignored(amc: World) -> None:
    raw = b' {"workflowId": "new", "sqlQuery": "SELECT COUNT(*) FROM t"}\n}, "rest'

    reply = amc.http.call("POST", "/amc/reporting/amcone/workflows", amc.headers, raw=raw)

    assert (reply.status, amc.call("GET", "/workflows/new").status) == (200, 200)


def test_an_id_that_exists_can_be_refused_with_409_and_in_any_words(amc: World) -> None:
    amc.control("POST", "/configuration", {"duplicate": {"status": 409, "details": "Conflict: {id} is taken"}})

    reply = amc.call("POST", "/workflows", {"workflowId": "reach", "sqlQuery": SQL})

    assert (reply.status, reply.json()) == (409, {"code": "409", "details": "Conflict: reach is taken"})


def test_the_gateway_throttles_in_html_and_without_retry_after(amc: World) -> None:
    throttling = {"ratePerSecond": 0.5, "burst": 1, "retryAfter": None, "body": "html"}
    amc.control("POST", "/configuration", {"throttling": throttling})
    amc.call("GET", "/workflows")

    reply = amc.call("GET", "/workflows")

    assert (reply.status, reply.body[:6], "retry-after" in reply.headers) == (429, b"<html>", False)


def test_a_results_uri_can_be_na(amc: World) -> None:
    amc.control("POST", "/configuration", {"resultUri": "N/A"})
    run = amc.run()

    amc.wall.passes(200)

    assert (amc.show(run)["status"], amc.show(run)["outputS3URI"]) == ("SUCCEEDED", "N/A")


def test_a_run_can_succeed_and_leave_no_file_in_its_bucket(amc: World) -> None:
    behaviour = {**STEADY.model_dump(by_alias=True), "publishFailure": "The bucket's policy is missing."}
    amc.control("POST", "/behaviours", {"workflowId": "reach", "behaviour": behaviour})
    run = amc.run()

    amc.wall.passes(200)
    amc.deliver()

    channels = {item["channel"]["type"]: item for item in amc.show(run)["outputChannels"]}
    assert (amc.show(run)["status"], amc.store.objects) == ("SUCCEEDED", {})
    assert (channels["PUBLISH"]["status"], channels["DOWNLOAD"]["status"]) == ("FAILED", "AVAILABLE")
    assert channels["PUBLISH"]["statusReason"] == "The bucket's policy is missing."
