"""CleanUpExecution: what becomes of a request and its AMC run when its execution was stopped."""

import json
from typing import Any
from unittest.mock import Mock

import pytest

from functions.handlers import (
    clean_up_execution,
)
from functions.services.execution.submission import submit_execution
from tests.builders import a_message, a_request_row, a_run, a_tenant, a_tenant_row, a_waiter, an_sqs_record
from tests.fakes import NOON, World
from wfm.errors import (
    AmcRefused,
    AmcThrottled,
    AmcUnavailable,
    SubmissionUncertain,
    WfmError,
)
from wfm.model.runs import run_row
from wfm.model.stopped_executions import Recalled, StoppedExecution, to_event

IDS = {"customerId": "acme", "requestId": "r1"}


def a_world() -> World:
    world = World(a_tenant_row())
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED"}
    return world


def call(handler: Any, world: World, event: dict[str, Any]) -> Any:
    return handler(event, ports=lambda: world)


def stopped(status: str = "ABORTED", **told: Any) -> dict[str, Any]:
    about = {"executionArn": "lifecycle:acme.r1", "stateMachineArn": "lifecycle", "name": "acme.r1"}
    detail = about | {"status": status, "input": json.dumps(IDS)} | told
    return {"Records": [an_sqs_record(json.dumps({"detail": detail}))]}


def test_a_stopped_execution_cancels_its_run_and_frees_its_slot() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    world.requests.add(a_request_row(workflowExecutionId="run-1"))
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}

    call(clean_up_execution.handler, world, stopped())

    assert world.amc.calls == ["CANCEL run-1"]
    assert world.requests.find("acme", "r1")["status"] == "CANCELLED"
    assert world.semaphores.read("acme").holders == frozenset()


def test_a_request_whose_execution_has_succeeded_has_too_though_its_row_knows_no_run() -> None:
    world = a_world()
    world.requests.add(a_request_row(status="WAITING"))

    call(clean_up_execution.handler, world, stopped("SUCCEEDED"))

    row = world.requests.find("acme", "r1")
    assert (row["status"], row["reason"]) == ("SUCCEEDED", "the execution acme.r1 had SUCCEEDED; its row was older")
    assert world.metrics.measured == []


def test_a_stop_is_recorded_in_the_words_of_whoever_stopped_it() -> None:
    world = a_world()
    world.requests.add(a_request_row(stopReason="cancelled by `wfm executions cancel`: wrong month"))

    call(clean_up_execution.handler, world, stopped(cause="something else"))

    row = world.requests.find("acme", "r1") or {}
    assert (row["status"], row["reason"]) == ("CANCELLED", "cancelled by `wfm executions cancel`: wrong month")


def test_cleaning_up_after_a_failure_that_was_recorded_changes_nothing() -> None:
    world = a_world()
    world.requests.add(a_request_row(workflowExecutionId="run-1", status="FAILED", endedAt="x", reason="AMC said so"))

    call(clean_up_execution.handler, world, stopped("FAILED"))

    assert world.amc.calls == []
    assert world.requests.find("acme", "r1")["reason"] == "AMC said so"


def cleaned_up(world: World) -> bool:
    """Whether the message about the stopped execution is done with."""
    answer = call(clean_up_execution.handler, world, stopped())
    return bool(answer == {"batchItemFailures": []})


def running() -> World:
    world = a_world()
    world.amc.runs = [a_run()]
    world.requests.add(a_request_row(workflowExecutionId="run-1", status="RUNNING"))
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}
    return world


def status_of(world: World, request_id: str = "r1") -> str:
    return str((world.requests.find("acme", request_id) or {})["status"])


BUSY = [AmcThrottled("429"), AmcUnavailable("down")]


@pytest.mark.parametrize("fault", BUSY)
def test_a_cancel_that_amc_cannot_take_now_comes_again_and_the_run_keeps_its_slot(
    fault: WfmError, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = running()
    with monkeypatch.context() as busy:
        busy.setattr(world.amc, "cancel_execution", Mock(side_effect=fault))
        assert not cleaned_up(world)
    assert (status_of(world), *world.semaphores.read("acme").holders) == ("RUNNING", "r1")

    assert cleaned_up(world)

    assert world.amc.calls == ["CANCEL run-1"]
    assert (status_of(world), world.semaphores.read("acme").holders) == ("CANCELLED", frozenset())
    assert cleaned_up(world)
    assert world.amc.calls == ["CANCEL run-1"]


def test_a_run_that_ends_before_its_cancel_comes_again_ends_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    world = running()
    with monkeypatch.context() as busy:
        busy.setattr(world.amc, "cancel_execution", Mock(side_effect=BUSY[0]))
        assert not cleaned_up(world)
    world.executions.rows["acme", "run-1"] = {**run_row("acme", a_run(status="SUCCEEDED"), NOON), "requestId": "r1"}

    assert cleaned_up(world)

    assert (status_of(world), world.amc.calls) == ("SUCCEEDED", [])


def test_a_run_that_had_ended_when_its_cancel_came_ends_its_request_as_amc_ended_it() -> None:
    world = running()
    world.amc.end("run-1", "SUCCEEDED")

    assert cleaned_up(world)

    assert (status_of(world), world.amc.calls) == ("SUCCEEDED", ["CANCEL run-1"])
    assert world.executions.rows["acme", "run-1"]["executionStatus"] == "SUCCEEDED"
    assert world.semaphores.read("acme").holders == frozenset()


def test_a_run_whose_result_is_being_written_keeps_its_slot_until_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    world = running()
    with monkeypatch.context() as late:
        late.setattr(world.amc, "cancel_execution", Mock(return_value=False))
        assert not cleaned_up(world)
    assert (status_of(world), *world.semaphores.read("acme").holders) == ("RUNNING", "r1")
    world.amc.end("run-1", "SUCCEEDED")

    assert cleaned_up(world)

    assert status_of(world) == "SUCCEEDED"


def test_a_stop_frees_the_slot_even_if_amc_refuses_to_cancel_and_the_row_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = running()
    monkeypatch.setattr(world.amc, "cancel_execution", Mock(side_effect=AmcRefused(403, "no access")))

    assert cleaned_up(world)

    assert (status_of(world), world.semaphores.read("acme").holders) == ("CANCELLED", frozenset())
    reason = (world.requests.find("acme", "r1") or {})["reason"]
    assert reason == "the execution acme.r1 ended as ABORTED; its run is not cancelled: AMC refused with 403: no access"


def submitting(*equals: str) -> World:
    world = a_world()
    for request_id in ("r1", *equals):
        world.requests.add(a_request_row(requestId=request_id, status="WAITING"))
        world.semaphores.held.setdefault("acme", {})[request_id] = a_waiter(request_id)
    return world


def post(world: World, request_id: str = "r1") -> None:
    submit_execution(world.requests.find("acme", request_id), a_tenant(), world)


def post_fails(world: World, fault: tuple[str, Exception]) -> None:
    world.amc.faults = [fault]
    with pytest.raises(AmcUnavailable):
        post(world)


def of_run(world: World, number: int) -> str:
    return str(world.amc.runs[number]["status"])


LOST = ("after", AmcUnavailable("the connection broke"))
NEVER_CAME = ("before", AmcUnavailable("the connection broke"))


def test_of_a_request_stopped_before_amc_takes_its_post_the_run_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    world = submitting()
    accept, deliveries = world.amc.create_execution, list[bool]()

    def stopped_before(*args: Any) -> Any:
        deliveries.append(cleaned_up(world))
        return accept(*args)

    monkeypatch.setattr(world.amc, "create_execution", stopped_before)
    post(world)

    assert [*deliveries, cleaned_up(world)] == [False, True]
    assert (status_of(world), of_run(world, 0)) == ("CANCELLED", "CANCELLED")


def test_of_a_request_stopped_before_the_answer_to_its_post_the_run_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = submitting()
    accept = world.amc.create_execution

    def stopped_after(*args: Any) -> Any:
        run = accept(*args)
        assert cleaned_up(world)
        return run

    monkeypatch.setattr(world.amc, "create_execution", stopped_after)
    with pytest.raises(SubmissionUncertain):
        post(world)

    assert (status_of(world), of_run(world, 0)) == ("CANCELLED", "CANCELLED")
    assert [call for call in world.amc.calls if call.startswith("CANCEL")] == ["CANCEL run-0"]


def test_of_a_request_stopped_after_a_lost_answer_the_run_is_cancelled() -> None:
    world = submitting()
    post_fails(world, LOST)

    assert cleaned_up(world)

    assert (status_of(world), of_run(world, 0)) == ("CANCELLED", "CANCELLED")
    assert world.semaphores.read("acme").holders == frozenset()


def test_a_stop_waits_until_it_is_known_that_amc_never_got_the_post() -> None:
    world = submitting()
    post_fails(world, NEVER_CAME)

    assert not cleaned_up(world)
    assert status_of(world) == "SUBMITTING"
    world.clock.pass_seconds(720)
    assert cleaned_up(world)

    assert status_of(world) == "CANCELLED"
    assert world.amc.calls == ["POST", "LIST", "LIST"]


def test_a_stop_leaves_the_run_of_an_equal_request_alone() -> None:
    world = submitting("r2")
    post_fails(world, NEVER_CAME)
    post(world, "r2")
    world.clock.pass_seconds(720)

    assert cleaned_up(world)

    assert (status_of(world), status_of(world, "r2"), of_run(world, 0)) == ("CANCELLED", "RUNNING", "PENDING")


def test_a_stop_leaves_the_run_alone_that_somebody_starts_by_hand_instead() -> None:
    world = submitting()
    post_fails(world, NEVER_CAME)
    assert not cleaned_up(world)
    world.clock.pass_seconds(300)
    world.amc.create_execution(a_tenant(), a_request_row()["execution"])
    world.clock.pass_seconds(420)

    assert cleaned_up(world)

    assert (status_of(world), of_run(world, 0)) == ("CANCELLED", "PENDING")


def test_an_event_without_the_input_is_known_by_its_name() -> None:
    world = a_world()
    world.requests.add(a_request_row())

    call(clean_up_execution.handler, world, stopped("FAILED", input=None))

    assert world.requests.find("acme", "r1")["status"] == "FAILED"


@pytest.mark.parametrize(
    ("status", "ended", "counted"),
    [("FAILED", {}, 1), ("TIMED_OUT", {}, 1), ("ABORTED", {}, 0), ("FAILED", {"endedAt": "x", "status": "FAILED"}, 0)],
)
def test_an_execution_that_ends_past_its_own_end_is_counted(status: str, ended: dict[str, str], counted: int) -> None:
    """One that was stopped on purpose is none, nor is one that has recorded its failure."""
    world = a_world()
    world.requests.add(a_request_row(**ended))

    call(clean_up_execution.handler, world, stopped(status))

    assert [name for name, _ in world.metrics.measured].count("ExecutionsCrashed") == counted


@pytest.mark.parametrize(("status", "counted"), [("FAILED", 1), ("ABORTED", 0)])
def test_a_request_that_failed_before_amc_took_it_is_counted_once(status: str, counted: int) -> None:
    world = a_world()
    world.requests.add(a_request_row())

    for _ in range(2):
        call(clean_up_execution.handler, world, stopped(status))

    assert [name for name, _ in world.metrics.measured].count("RequestsFailed") == counted


def test_the_failure_of_a_request_whose_row_is_written_anew_counts_for_its_schedule() -> None:
    """Its execution was begun by hand with the whole message, and the table was brought back to before that."""
    world = a_world()
    world.schedules.rows["acme", "daily"] = {"customerId": "acme", "Name": "daily", "pauseAfter": 1}
    world.amc.runs = [a_run(status="FAILED")]
    world.stopped_executions.recalled["lifecycle:acme.r1"] = Recalled("run-1", "reach")
    sent = a_message(requestId="r1", source="schedule:daily", scheduleRules=["pauseAfter"])

    swept = StoppedExecution("lifecycle:acme.r1", "lifecycle", "acme.r1", "FAILED", json.dumps(sent))

    call(clean_up_execution.handler, world, {"Records": [an_sqs_record(json.dumps(to_event(swept)))]})

    assert status_of(world) == "FAILED"
    assert world.schedules.rows["acme", "daily"]["paused"] is True
