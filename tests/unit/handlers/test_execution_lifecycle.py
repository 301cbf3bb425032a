"""The Lambdas behind the states of `execution_lifecycle`, on behaving fakes."""

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.handlers import (
    announce_execution,
    continue_execution,
    poll_execution,
    prepare_execution,
    release_slot,
    submit_execution,
    wait_for_outcome,
    wait_for_slot,
)
from tests.builders import a_message, a_request_row, a_run, a_tenant_row, a_waiter
from tests.fakes import NOON, World
from wfm.errors import (
    InvalidRequest,
)
from wfm.model.durations import Durations
from wfm.model.runs import run_row
from wfm.model.semaphore import PRIORITY_AGEING

IDS = {"customerId": "acme", "requestId": "r1"}


def a_world() -> World:
    world = World(a_tenant_row())
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED"}
    return world


def call(handler: Any, world: World, event: dict[str, Any]) -> Any:
    return handler(event, ports=lambda: world)


def test_prepare_execution_stores_the_body_and_hands_on_ids_only() -> None:
    world = a_world()
    started = {"executionName": "my-run", "executionArn": "arn", "startTime": "2026-11-23T12:00:00Z"}

    ids = call(prepare_execution.handler, world, {"input": a_message(), **started})

    row = world.requests.find("acme", "r1") or {}
    rest = {"workflowId": "reach", "priority": "interactive", "arrival": "2026-11-23T12:00:00.000Z"}
    assert ids == {**IDS, **rest, "traceId": row["traceId"]}
    assert (row["execution"], row["executionArn"]) == (a_request_row()["execution"], "arn")


def test_a_request_that_is_continued_keeps_its_body_and_its_place() -> None:
    world = a_world()
    body, place = {"workflowId": "reach", "timeWindowStart": "then"}, "2-later"
    world.requests.add(a_request_row(status="SUBMITTING", execution=body, placeInLine=place, executionArn="arn:old"))
    continued = call(continue_execution.handler, world, {**IDS, "executionArn": "arn:old"})["continuedBy"]
    world.workflows.rows["acme", "reach"]["defaultPayload"] = {"parameterValues": {"limit": 1}}
    started = {"executionName": continued, "executionArn": continued, "startTime": "2026-11-25T12:00:00Z"}

    ids = call(prepare_execution.handler, world, {"input": IDS, **started})

    known = {**IDS, "workflowId": "reach", "priority": "interactive", "arrival": "2026-11-23T12:00:00.000Z"}
    assert ids.items() >= known.items()
    row = world.requests.find("acme", "r1") or {}
    assert (row["execution"], row["placeInLine"], row["executionArn"]) == (body, place, continued)


def test_wait_for_slot_marks_the_request_waiting_and_takes_a_free_slot() -> None:
    world = a_world()
    world.requests.add(a_request_row(status="QUEUED"))
    place = {"priority": "interactive", "arrival": "2026-11-23T12:00:00.000Z"}

    call(wait_for_slot.handler, world, {**IDS, **place, "executionArn": "arn", "taskToken": "t"})

    assert world.tasks.answered == {"t": {"granted": True}}
    assert world.requests.find("acme", "r1")["waitingAt"] == "2026-11-23T12:00:00.000Z"


def test_a_request_that_comes_again_keeps_its_place_when_a_release_ages_priorities_differently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(a_tenant_row(degradedSince="2026-11-23T11:00:00Z"))
    world.requests.add(a_request_row(status="QUEUED"))
    place = {"priority": "scheduled", "arrival": "2026-11-23T12:00:00.000Z"}
    call(wait_for_slot.handler, world, {**IDS, **place, "executionArn": "arn", "taskToken": "t"})
    (before,) = world.semaphores.waiting("acme", 9)

    monkeypatch.setitem(PRIORITY_AGEING, "scheduled", timedelta(hours=9))
    call(wait_for_slot.handler, world, {**IDS, **place, "executionArn": "arn", "taskToken": "again"})

    (after,) = world.semaphores.waiting("acme", 9)
    assert (after.task_token, after.place) == ("again", before.place)


def test_what_is_expected_of_a_run_stands_on_its_row_before_the_first_poll() -> None:
    world = a_world()
    known = Durations(4, 8.0, 0.1).to_field()
    world.requests.add(a_request_row(status="WAITING", expected=known))
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}

    call(submit_execution.handler, world, IDS)

    assert world.executions.rows["acme", "run-0"]["expected"] == known


def test_submit_execution_brings_the_next_poll_forward() -> None:
    world = a_world()
    world.tenants.rows["acme"]["pollDueAt"] = "2026-11-23T12:10:00.000Z"
    world.requests.add(a_request_row(status="WAITING"))
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}

    answer = call(submit_execution.handler, world, IDS)

    assert answer == {**IDS, "workflowExecutionId": "run-0"}
    assert world.tenants.rows["acme"]["pollDueAt"] == "2026-11-23T12:01:30.000Z"


def test_wait_for_outcome_leaves_the_token_and_a_run_that_ended_meanwhile_answers_it() -> None:
    world = a_world()
    world.requests.add(a_request_row())
    event = {**IDS, "workflowExecutionId": "run-1", "taskToken": "t"}
    call(wait_for_outcome.handler, world, event)
    assert world.tasks.answered == {}

    world.executions.rows["acme", "run-1"] = run_row("acme", a_run(status="SUCCEEDED"), NOON)
    call(wait_for_outcome.handler, world, event)

    assert world.tasks.answered["t"]["status"] == "SUCCEEDED"


def a_change(old: str | None, new: str) -> dict[str, Any]:
    def image(status: str) -> dict[str, Any]:
        row = {**run_row("acme", a_run(status=status), NOON), "requestId": "r1"}
        return {key: {"S": value} for key, value in row.items() if isinstance(value, str)}

    images = {"NewImage": image(new), "SequenceNumber": "1", **({"OldImage": image(old)} if old else {})}
    return {"Records": [{"eventID": "e", "eventName": "MODIFY", "eventSource": "aws:dynamodb", "dynamodb": images}]}


def test_announce_execution_completes_the_task_and_announces_once_per_change() -> None:
    world = a_world()
    world.requests.add(a_request_row(outcomeToken="t"))

    call(announce_execution.handler, world, a_change("RUNNING", "SUCCEEDED"))
    call(announce_execution.handler, world, a_change("SUCCEEDED", "SUCCEEDED"))

    assert world.tasks.answered["t"]["status"] == "SUCCEEDED"
    assert world.announcer.sent == [("run-1", "SUCCEEDED")]


def test_announce_execution_announces_a_new_run_and_completes_no_task() -> None:
    world = a_world()

    call(announce_execution.handler, world, a_change(None, "RUNNING"))

    assert world.announcer.sent == [("run-1", "RUNNING")]
    assert world.tasks.answered == {}


def test_poll_execution_records_what_amc_says() -> None:
    world = a_world()
    world.amc.runs = [a_run(status="FAILED", statusReason="out of memory")]

    outcome = call(poll_execution.handler, world, {**IDS, "workflowExecutionId": "run-1"})

    assert outcome == {"status": "FAILED", "reason": "out of memory", "error": "AmcFailed"}
    assert world.executions.rows["acme", "run-1"]["executionStatus"] == "FAILED"


def test_an_overdue_run_is_ended_by_poll_execution_where_the_tracker_is_dead() -> None:
    world = a_world()
    world.amc.runs = [a_run(workflowExecutionTimeoutSeconds=900)]
    world.requests.add(a_request_row(workflowExecutionId="run-1"))
    world.executions.rows["acme", "run-1"] = {**run_row("acme", a_run(), NOON), "requestId": "r1"}
    world.clock.pass_seconds(3 * 3600)

    outcome = call(poll_execution.handler, world, {**IDS, "workflowExecutionId": "run-1"})

    assert (outcome["status"], outcome["error"]) == ("FAILED", "RunDeadlineExceeded")
    assert world.amc.calls == ["CANCEL run-1"]


def test_a_run_that_the_tracker_gave_up_is_over_for_whoever_waits_or_asks() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    world.requests.add(a_request_row())
    given_up = {"overdueAt": "2026-11-23T11:59:00.000Z", "overdueReason": "too long"}
    world.executions.rows["acme", "run-1"] = {**run_row("acme", a_run(), NOON), **given_up, "requestId": "r1"}
    outcome = {"status": "FAILED", "reason": "too long", "error": "RunDeadlineExceeded"}

    call(wait_for_outcome.handler, world, {**IDS, "workflowExecutionId": "run-1", "taskToken": "t"})

    assert world.tasks.answered["t"] == outcome
    assert call(poll_execution.handler, world, {**IDS, "workflowExecutionId": "run-1"}) == outcome


def test_release_slot_records_the_outcome_and_passes_the_slot_on() -> None:
    world = a_world()
    world.requests.add(a_request_row(workflowExecutionId="run-1"))
    world.executions.rows["acme", "run-1"] = {**run_row("acme", a_run(status="SUCCEEDED"), NOON), "requestId": "r1"}
    world.semaphores.held["acme"] = {"r1": a_waiter("r1"), "r0": a_waiter("r0")}
    world.semaphores.enter(a_waiter("next"))
    succeeded = {"status": "SUCCEEDED", "reason": "", "error": ""}

    answer = call(release_slot.handler, world, {"input": IDS, "executionName": "acme.r1", "outcome": succeeded})

    assert answer == succeeded
    assert world.requests.find("acme", "r1")["status"] == "SUCCEEDED"
    assert world.semaphores.read("acme").holders == {"r0", "next"}
    assert world.announcer.sent == []


def test_release_slot_keeps_and_announces_rubbish_that_was_started_by_hand() -> None:
    world = a_world()
    told = {"error": "InvalidRequest", "cause": json.dumps({"errorMessage": "customerId: is missing"})}

    answer = call(release_slot.handler, world, {"input": ["rubbish"], "executionName": "by-hand", "outcome": told})

    row = world.requests.find("unknown", "by-hand") or {}
    assert answer["status"] == row["status"] == "REJECTED"
    assert (row["request"], row["reason"]) == (["rubbish"], "customerId: is missing")
    assert world.announcer.sent == [("by-hand", "REJECTED")]


def test_a_request_that_ends_before_its_run_is_announced() -> None:
    world = a_world()
    world.requests.add(a_request_row(workflowExecutionId="run-1"))
    world.executions.rows["acme", "run-1"] = {**run_row("acme", a_run(), NOON), "requestId": "r1"}
    told = {"error": "CredentialsRefused", "cause": "revoked"}

    call(release_slot.handler, world, {"input": IDS, "executionName": "acme.r1", "outcome": told})

    assert world.announcer.sent == [("r1", "REJECTED")]


def test_a_request_that_waited_too_long_for_a_slot_says_so() -> None:
    world = a_world()
    world.requests.add(a_request_row(status="WAITING"))

    answer = call(
        release_slot.handler,
        world,
        {"input": IDS, "executionName": "acme.r1", "outcome": {"error": "States.Timeout"}},
    )

    row = world.requests.rows["acme", "r1"]
    assert (answer["status"], row["status"], row["errorName"]) == ("FAILED", "FAILED", "States.Timeout")
    assert row["reason"] == answer["reason"]
    assert "no slot came free for it within 14 days" in row["reason"]


def test_a_second_release_announces_nothing_twice() -> None:
    world = a_world()
    told = {"error": "InvalidRequest", "cause": "no"}
    event = {"input": ["rubbish"], "executionName": "by-hand", "outcome": told}

    call(release_slot.handler, world, event)
    call(release_slot.handler, world, event)

    assert world.announcer.sent == [("by-hand", "REJECTED")]


def test_a_request_that_has_ended_is_not_submitted_again() -> None:
    world = a_world()
    world.requests.add(a_request_row(status="CANCELLED", endedAt="x"))

    with pytest.raises(InvalidRequest, match="has ended as CANCELLED"):
        call(submit_execution.handler, world, IDS)

    assert world.amc.calls == []
