"""A failed request is resubmitted once, whoever sees the failure and however often."""

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from functions.handlers import clean_up_execution, release_slot
from functions.services.execution.auto_resubmit import resubmit_if_allowed
from functions.services.reconciliation.sweep import resend_requests
from tests.builders import a_message, a_request_row, a_tenant_row, an_sqs_record
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.errors import InvalidRecord, NotReadyYet
from wfm.model.json_schema import validate
from wfm.model.requests import read_request, request_row, resolve
from wfm.model.retry_policy import read_retry_policy
from wfm.model.statuses import TenantStatus

RULE = {"attempts": 2, "for": ["FAILED"]}
IDS = {"customerId": "acme", "requestId": "r1"}
FAILED = {"status": "FAILED", "reason": "out of memory", "error": "AmcFailed"}


def a_world(*, status: str = "ACTIVE", rule: Any = RULE, **fields: Any) -> World:
    """A tenant with a request that runs."""
    world = World(a_tenant_row(status=status))
    asked = a_message(source="schedule:daily", scheduledTime="2026-11-23T08:00:00Z", resubmit=rule)
    row = a_request_row(status="RUNNING", priority="scheduled", source="schedule:daily", request=asked)
    world.requests.add({**row, "scheduledTime": "2026-11-23T08:00:00Z", **fields})
    return world


def release(world: World, outcome: dict[str, str] = FAILED, request_id: str = "r1") -> None:
    about = {"input": {**IDS, "requestId": request_id}, "executionName": f"acme.{request_id}"}
    release_slot.handler({**about, "outcome": outcome}, ports=lambda: world)


def clean_up(world: World, status: str = "FAILED") -> Any:
    about = {"executionArn": "lifecycle:acme.r1", "stateMachineArn": "lifecycle", "name": "acme.r1"}
    detail = about | {"status": status, "input": json.dumps(IDS)}
    return clean_up_execution.handler({"Records": [an_sqs_record(json.dumps({"detail": detail}))]}, ports=lambda: world)


def sent(world: World) -> list[dict[str, Any]]:
    return [dict(document) for _, document in world.queues.sent]


def test_what_failed_is_asked_for_again_with_its_window_of_then() -> None:
    world = a_world()
    row = world.requests.find("acme", "r1") or {}

    release(world)

    (message,) = sent(world)
    again = read_request(validate("execution_request", message), "")
    assert (again.request_id, again.priority, again.source) == ("r1-r2", "scheduled", "schedule:daily")
    assert (again.scheduled_time, message["resubmits"]) == ("2026-11-23T08:00:00Z", "r1")
    assert resolve(again, NOON) == row["execution"]
    assert request_row(again, NOON)["tryNumber"] == 2
    assert (world.requests.find("acme", "r1") or {})["resubmittedAs"] == "r1-r2"


def test_however_often_and_by_whom_the_failure_is_seen_it_is_sent_once() -> None:
    world = a_world()

    release(world)
    clean_up(world)
    release(world)

    assert len(sent(world)) == 1


def test_who_crashes_before_it_is_noted_sends_the_same_request_again() -> None:
    world = a_world()
    release(world)
    del world.requests.rows["acme", "r1"]["resubmittedAs"]

    clean_up(world)

    first, second = sent(world)
    assert first == second


def test_an_execution_that_broke_down_is_sent_again_by_the_clean_up() -> None:
    world = a_world()

    clean_up(world, "TIMED_OUT")

    assert [message["requestId"] for message in sent(world)] == ["r1-r2"]


def test_it_ends_after_as_many_times_as_the_rule_says() -> None:
    world, ids = a_world(), ["r1"]

    while (world.requests.find("acme", ids[-1]) or {}).get("status") == "RUNNING":
        release(world, request_id=ids[-1])
        new = [message for message in sent(world) if message["requestId"] not in ids]
        for message in new:
            row = request_row(read_request(message, ""), NOON)
            world.requests.add({**row, "status": "RUNNING"})
            ids.append(message["requestId"])

    assert ids == ["r1", "r1-r2", "r1-r3"]


@pytest.mark.parametrize(
    ("outcome", "rule"),
    [
        ({"status": "SUCCEEDED", "reason": "", "error": ""}, RULE),
        ({"status": "CANCELLED", "reason": "by hand", "error": "AmcCancelled"}, RULE),
        ({"status": "REJECTED", "reason": "bad SQL", "error": "AmcRejected"}, RULE),
        (FAILED, {"attempts": 2, "for": ["RunDeadlineExceeded"]}),
        (FAILED, None),
        (FAILED, {"attempts": 1000}),
        (FAILED, "rubbish"),
    ],
)
def test_nothing_else_is_sent_again(outcome: dict[str, str], rule: Any) -> None:
    world = a_world(rule=rule)

    release(world, outcome)

    assert sent(world) == []


def test_a_refusal_is_sent_again_where_it_is_named() -> None:
    world = a_world(rule={"attempts": 1, "for": ["AmcRejected"]})

    release(world, {"status": "REJECTED", "reason": "not enough users", "error": "AmcRejected"})

    assert len(sent(world)) == 1


def test_what_somebody_cancelled_stays_cancelled_though_its_execution_fails() -> None:
    world = a_world()
    clean_up(world, "ABORTED")

    release(world)

    assert sent(world) == []


def test_a_paused_tenants_queue_is_there_to_stay() -> None:
    world = a_world(status="PAUSED")

    release(world)

    assert len(sent(world)) == 1


def test_a_tenant_that_nobody_knows_gets_nothing() -> None:
    world = a_world()
    world.tenants.rows.clear()

    release(world)

    assert sent(world) == []


def test_a_request_that_nobody_knows_is_not_sent_again() -> None:
    world = World(a_tenant_row())

    resubmit_if_allowed("acme", "r1", world)

    assert sent(world) == []


def test_a_window_of_amcs_own_is_the_one_that_the_failed_run_had() -> None:
    world = a_world(execution={"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}, workflowExecutionId="run-1")
    shown = {"timeWindowStartOriginal": "2026-11-20T00:00:00", "timeWindowEndOriginal": "2026-11-21T00:00:00"}
    run = {"customerId": "acme", "workflowExecutionId": "run-1", "executionStatus": "FAILED", "requestId": "r1"}
    world.executions.rows["acme", "run-1"] = run | shown

    release(world)

    (message,) = sent(world)
    assert (message["payload"]["timeWindowStart"], message["resubmit"]) == ("2026-11-20T00:00:00", RULE)


def test_the_second_of_two_tries_is_the_last() -> None:
    for number, times in ((1, 1), (2, 1), (3, 0)):
        world = a_world(tryNumber=number)
        release(world)
        assert [message["tryNumber"] for message in sent(world)] == [number + 1] * times


def test_a_tenant_on_its_way_out_gets_nothing_more() -> None:
    world = a_world(status="OFFBOARDING")

    release(world)

    assert sent(world) == []


def test_a_request_that_cannot_be_told_again_says_why() -> None:
    world = a_world(execution={})
    world.requests.rows["acme", "r1"]["request"] = {"resubmit": RULE, "message": "{"}

    release(world)

    assert sent(world) == []
    assert (world.requests.find("acme", "r1") or {})["resubmitProblem"].startswith("request: could not be read")


def test_a_queue_that_falters_is_tried_again_by_the_machine() -> None:
    world = a_world()

    def falter(*_: Any) -> None:
        raise NotReadyYet("SQS falters")

    send, world.queues.send = world.queues.send, falter  # type: ignore[method-assign,assignment]
    with pytest.raises(NotReadyYet):
        release(world)
    world.queues.send = send  # type: ignore[method-assign]
    release(world)

    assert len(sent(world)) == 1


PAUSING = {"attempts": 2, "for": ["FAILED"], "pause": "45m"}


def sweep(world: World, minutes: int) -> None:
    """Reconcile's, so many minutes after the end."""
    world.clock.now = NOON + timedelta(minutes=minutes)
    resend_requests("lifecycle", "stopped", world.tenants.with_status(*TenantStatus), world)


def test_with_a_pause_the_next_try_is_sent_by_the_first_sweep_after_it_and_once() -> None:
    world = a_world(rule=PAUSING)

    release(world)
    clean_up(world)
    sweep(world, 30)
    assert sent(world) == []
    assert (world.requests.find("acme", "r1") or {})["resubmitAt"] == iso(NOON + timedelta(minutes=45))
    sweep(world, 45)
    sweep(world, 60)

    (message,) = sent(world)
    assert (message["requestId"], message["resubmit"]) == ("r1-r2", PAUSING)
    assert validate("execution_request", message) == message
    row = world.requests.find("acme", "r1") or {}
    assert (row["resubmittedAs"], "openSince" in row) == ("r1-r2", False)


def test_who_crashes_during_the_pause_leaves_the_next_try_to_the_sweep() -> None:
    world = a_world(rule=PAUSING)
    with patch("tests.fakes.FakeRequests.save", side_effect=NotReadyYet("killed")), pytest.raises(NotReadyYet):
        release(world)

    for minutes in (20, 45, 60, 75):
        sweep(world, minutes)

    assert [message["requestId"] for message in sent(world)] == ["r1-r2"]


def test_a_tenant_that_goes_during_the_pause_leaves_nothing_to_sweep() -> None:
    world = a_world(rule=PAUSING)
    release(world)
    world.tenants.save("acme", status="OFFBOARDED")

    sweep(world, 45)

    row = world.requests.find("acme", "r1") or {}
    assert (sent(world), row["resubmitProblem"]) == ([], "the tenant has no queue any more")
    assert "openSince" not in row


def test_what_is_not_covered_is_not_kept_open_for_its_pause() -> None:
    world = a_world(rule=PAUSING)

    release(world, {"status": "REJECTED", "reason": "bad SQL", "error": "AmcRejected"})

    assert "openSince" not in (world.requests.find("acme", "r1") or {})


@pytest.mark.parametrize("pause", ["10m", "0", 45, "2d", "soon", None], ids=str)
def test_a_pause_that_no_sweep_can_keep_is_refused(pause: Any) -> None:
    with pytest.raises(InvalidRecord, match=r"resubmit\.pause: .* allowed: whole quarters of an hour up to a day"):
        read_retry_policy({"attempts": 1, "pause": pause})
