"""Cancelling a request, wherever it stands."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wfm.post import FakeLifecycle, Post, body
from wfm.client.poll_schedule import Clock
from wfm.client.requests.reader import RequestFilter
from wfm.errors import NotEndedInTimeError, UnknownRunError, UnknownWorkflow


@pytest.fixture
def acme(deployed: Any, lifecycle: FakeLifecycle) -> Any:
    deployed.put_row("acme")
    return deployed


def test_what_is_still_in_the_queue_is_ended_before_it_begins(acme: Any) -> None:
    reported = acme.wfm.requests.cancel("acme", "r1", before_arrival=True)

    request = acme.wfm.requests.get("acme", "r1")
    assert (reported.before, reported.status) == ("NOT SEEN", "CANCELLED")
    assert (request.status, request.reason) == ("CANCELLED", "cancelled by `wfm executions cancel`")
    assert {"endedAt", "expireTimestamp"} <= set(request.row)


@pytest.mark.parametrize("status", ["QUEUED", "WAITING", "SUBMITTING", "RUNNING"])
def test_of_what_is_active_the_execution_is_stopped(acme: Any, lifecycle: FakeLifecycle, status: str) -> None:
    lifecycle.running = {"r1"}
    acme.put_request("r1", status)

    reported = acme.wfm.requests.cancel("acme", "r1")

    assert (reported.before, reported.status, lifecycle.stopped) == (status, "CANCELLING", ["r1"])


def test_what_was_recorded_and_not_begun_is_ended_in_its_row(acme: Any) -> None:
    acme.put_request("r1", "QUEUED")

    reported = acme.wfm.requests.cancel("acme", "r1")

    assert reported.status == "CANCELLED"
    assert acme.wfm.requests.get("acme", "r1").status == "CANCELLED"


def test_what_begins_just_then_is_stopped_all_the_same(
    acme: Any, lifecycle: FakeLifecycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.put_request("r1", "QUEUED")
    honest = acme.wfm.aws.tables.request_changes.cancel_queued

    def begins_meanwhile(*arguments: Any) -> bool:
        lifecycle.running = {"r1"}
        return bool(honest(*arguments))

    monkeypatch.setattr(acme.wfm.aws.tables.request_changes, "cancel_queued", begins_meanwhile)

    reported = acme.wfm.requests.cancel("acme", "r1")

    assert (reported.status, lifecycle.stopped) == ("CANCELLING", ["r1"])


def test_a_row_that_appears_just_then_is_not_overwritten(
    acme: Any, lifecycle: FakeLifecycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle.running = {"r1"}
    honest = acme.wfm.aws.tables.request_changes.cancel_unseen

    def arrives_meanwhile(*arguments: Any) -> bool:
        acme.put_request("r1", "WAITING")
        return bool(honest(*arguments))

    monkeypatch.setattr(acme.wfm.aws.tables.request_changes, "cancel_unseen", arrives_meanwhile)

    reported = acme.wfm.requests.cancel("acme", "r1", before_arrival=True)

    assert (reported.before, reported.status) == ("WAITING", "CANCELLING")


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "CANCELLED"])
def test_what_has_ended_stays_as_it_is(acme: Any, lifecycle: FakeLifecycle, status: str) -> None:
    acme.put_request("r1", status)

    reported = acme.wfm.requests.cancel("acme", "r1")

    assert (reported.status, reported.detail, lifecycle.stopped) == (status, "it had ended already", [])
    assert reported.good is (status == "CANCELLED")


def test_a_request_whose_execution_is_over_is_left_to_wfms_clean_up(acme: Any, lifecycle: FakeLifecycle) -> None:
    lifecycle.over = {"r1"}
    acme.put_request("r1", "RUNNING")

    reported = acme.wfm.requests.cancel("acme", "r1")

    assert reported.status == "RUNNING"
    assert "cleans up after it" in reported.detail
    assert acme.wfm.requests.get("acme", "r1").status == "RUNNING"


def test_a_run_of_ours_is_cancelled_by_amcs_id_too(acme: Any, lifecycle: FakeLifecycle) -> None:
    lifecycle.running = {"r1"}
    acme.put_request("r1", "RUNNING", workflowExecutionId="e1")
    acme.put_execution("e1", requestId="r1")

    assert acme.wfm.requests.cancel("acme", "e1").request_id == "r1"


@pytest.mark.parametrize(("status", "outcome"), [("RUNNING", "EXTERNAL"), ("SUCCEEDED", "SUCCEEDED")])
def test_a_run_from_elsewhere_is_amcs_to_cancel(acme: Any, status: str, outcome: str) -> None:
    acme.put_execution("e1", status)

    reported = acme.wfm.requests.cancel("acme", "e1")

    assert (reported.status, reported.good) == (outcome, False)
    assert acme.wfm.requests.get("acme", "e1") is None


def test_what_can_be_no_id_is_refused_and_leaves_no_row(acme: Any) -> None:
    with pytest.raises(UnknownRunError, match="neither a request nor an AMC run 'a b'"):
        acme.wfm.requests.cancel("acme", "a b")

    assert acme.wfm.requests.list("acme") == []


def test_bulk_choices_mean_what_fits_asked_them(acme: Any) -> None:
    acme.put_request("old", "WAITING", requestedAt="2026-11-20T10:00:00.000Z")
    acme.put_request("geo", "WAITING", workflowId="geo")
    acme.put_request("b1-7", "RUNNING", backfillId="b1", source="backfill:b1")
    acme.put_request("b1-3-r2", "RUNNING", source="backfill:b1")
    acme.put_request("done", "SUCCEEDED", backfillId="b1")
    active = acme.wfm.requests.active

    def names(**choices: Any) -> set[str]:
        return {request.request_id for request in active("acme", RequestFilter(**choices))}

    assert names() == {"old", "geo", "b1-7", "b1-3-r2"}
    assert names(workflow="geo") == {"geo"}
    assert names(backfill="b1") == {"b1-7", "b1-3-r2"}
    assert names(since="2026-11-23T00:00:00.000Z", workflow="reach") == {"b1-7", "b1-3-r2"}
    assert names(until="2026-11-23T00:00:00.000Z") == {"old"}


def test_bulk_goes_from_the_end_of_the_line_so_that_no_slot_is_passed_on_in_vain(acme: Any) -> None:
    for minute, status in enumerate(("RUNNING", "SUBMITTING", "WAITING", "QUEUED", "WAITING")):
        acme.put_request(f"r{minute}", status, requestedAt=f"2026-11-23T14:0{minute}:00.000Z")

    order = [request.request_id for request in acme.wfm.requests.active("acme")]

    assert order == ["r4", "r3", "r2", "r1", "r0"]


def test_bulk_tells_of_each_what_became_of_it(acme: Any, lifecycle: FakeLifecycle) -> None:
    lifecycle.running = {f"r{n}" for n in range(20)}
    for n in range(20):
        acme.put_request(f"r{n}", "WAITING")
    requests = acme.wfm.requests.active("acme")
    acme.put_request("r7", "SUCCEEDED")
    lifecycle.running -= {"r7"}

    reported = {one.request_id: one.status for one in acme.wfm.requests.cancel_all(requests)}

    assert reported.pop("r7") == "SUCCEEDED"
    assert set(reported.values()) == {"CANCELLING"}
    assert len(lifecycle.stopped) == len(reported) == 19


def test_what_wfm_takes_from_the_queue_meanwhile_is_stopped_too(
    acme: Any, post: Post, lifecycle: FakeLifecycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle.running = {"r1"}

    def taken_meanwhile(*_arguments: object) -> Iterator[Any]:
        acme.put_request("r1", "SUBMITTING")
        yield from ()

    monkeypatch.setattr(acme.wfm.requests.buffered, "cancel", taken_meanwhile)

    (reported,) = acme.wfm.requests.cancel_matching("acme", RequestFilter("reach"))

    assert (reported.before, reported.status, lifecycle.stopped) == ("SUBMITTING", "CANCELLING", ["r1"])


@pytest.mark.parametrize(("status", "outcomes"), [("RUNNING", ["CANCELLING"]), ("SUCCEEDED", [])])
def test_a_message_that_comes_again_is_taken_out_and_its_request_reported_once(
    acme: Any, post: Post, lifecycle: FakeLifecycle, status: str, outcomes: list[str]
) -> None:
    lifecycle.running, lifecycle.cleans_up = {"r1"}, False
    acme.put_request("r1", status)
    post.put(body("r1"))

    reported = list(acme.wfm.requests.cancel_matching("acme"))

    assert [one.status for one in reported] == outcomes
    assert post.waiting() == []


def test_a_customer_whose_queue_is_gone_is_cancelled_by_its_rows(acme: Any, lifecycle: FakeLifecycle) -> None:
    lifecycle.running = {"r1"}
    acme.put_request("r1", "RUNNING")
    acme.put_row("acme", "OFFBOARDING", queueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/gone.fifo")

    assert [each.request_id for each in acme.wfm.requests.preview_cancel("acme")] == ["r1"]
    assert [one.request_id for one in acme.wfm.requests.cancel_matching("acme")] == ["r1"]


def test_what_no_request_can_fit_is_named(acme: Any) -> None:
    acme.put_workflow("reach")

    with pytest.raises(UnknownWorkflow, match=r"no workflow 'reech'; did you mean reach\?"):
        acme.wfm.requests.check("acme", RequestFilter(workflow="reech"))


@pytest.mark.parametrize("bulk", [False, True])
def test_why_it_is_stopped_stands_on_its_row_for_whoever_cleans_up(
    acme: Any, lifecycle: FakeLifecycle, bulk: bool
) -> None:
    lifecycle.running, lifecycle.cleans_up = {"r1"}, False
    acme.put_request("r1", "RUNNING")
    asked = acme.wfm.requests

    reported = list(asked.cancel_all(asked.active("acme"), "no need")) if bulk else []
    reported = reported or [asked.cancel("acme", "r1", "no need")]

    assert reported[0].status == "CANCELLING"
    assert acme.wfm.requests.get("acme", "r1").row["stopReason"] == "no need"


def test_an_id_that_nobody_has_seen_is_refused_with_those_like_it(acme: Any) -> None:
    acme.put_request("monday-reach", "RUNNING")

    with pytest.raises(UnknownRunError, match=r"AMC run 'monday-raech'; did you mean monday-reach\?.*--before-arrival"):
        acme.wfm.requests.cancel("acme", "monday-raech")

    assert acme.wfm.requests.get("acme", "monday-raech") is None


def test_what_waits_in_the_queue_is_known_by_its_id(acme: Any, post: Post) -> None:
    post.put(body("r1"))

    reported = acme.wfm.requests.cancel("acme", "r1")

    assert reported.status == "CANCELLED"
    assert acme.wfm.requests.get("acme", "r1").status == "CANCELLED"


def test_settling_waits_for_the_end_that_comes(acme: Any, lifecycle: FakeLifecycle) -> None:
    lifecycle.running, lifecycle.cleans_up = {"r1", "r2"}, False
    acme.put_request("r1", "RUNNING")
    acme.put_request("r2", "RUNNING")
    reported = [acme.wfm.requests.cancel("acme", name) for name in ("r1", "r2")]

    def end(_seconds: float) -> None:
        acme.put_request("r1", "CANCELLED")
        acme.put_request("r2", "SUCCEEDED")

    settled = acme.wfm.requests.wait_cancelled(reported, 60, Clock(time.monotonic, end))

    assert [(one.request_id, one.status, one.good) for one in settled] == [
        ("r1", "CANCELLED", True),
        ("r2", "SUCCEEDED", False),
    ]


def test_settling_names_what_did_not_end_in_time(acme: Any, lifecycle: FakeLifecycle) -> None:
    lifecycle.running, lifecycle.cleans_up = {"r1"}, False
    acme.put_request("r1", "RUNNING")
    reported = [acme.wfm.requests.cancel("acme", "r1")]

    with pytest.raises(NotEndedInTimeError, match="not ended after 0 s: r1; WFM continues with it"):
        acme.wfm.requests.wait_cancelled(reported, 0)
