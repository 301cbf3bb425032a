"""Slots of active runs."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_request_row, a_run, a_waiter
from tests.fakes import NOON
from tests.unit.services.tracking.polling import a_world, poll
from wfm.calendar.timestamps import iso
from wfm.model.runs import run_row


def test_the_end_of_a_run_gives_its_slot_to_the_next() -> None:
    world = a_world(maximumConcurrentWorkflowExecutions=1)
    world.amc.runs = [a_run()]
    poll(world)
    world.semaphores.enter(a_waiter("next"))

    world.amc.end("run-1", "SUCCEEDED")
    poll(world)

    assert "token-next" in world.tasks.answered
    assert "unsettledSince" not in world.executions.rows["acme", "run-1"]


def test_a_run_whose_request_holds_a_slot_counts_once() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    world.executions.rows["acme", "run-1"] = {**run_row("acme", a_run(), NOON), "requestId": "r1"}
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}

    poll(world)

    assert world.semaphores.read("acme").external == 0


def test_a_run_whose_request_gave_its_slot_back_counts_as_external() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    world.executions.rows["acme", "run-1"] = {**run_row("acme", a_run(), NOON), "requestId": "r1"}

    poll(world)

    assert world.semaphores.external["acme"] == 1


def test_a_paused_tenant_is_looked_at_and_gives_no_slot() -> None:
    world = a_world(status="PAUSED")
    world.semaphores.enter(a_waiter())

    poll(world)

    assert world.tasks.answered == {}


def test_a_slot_whose_execution_is_over_is_free() -> None:
    world = a_world(maximumConcurrentWorkflowExecutions=1)
    world.semaphores.held["acme"] = {"lost": a_waiter("lost")}
    world.semaphores.mark_notified(a_waiter("lost"))
    world.semaphores.enter(a_waiter("next"))
    world.tasks.over.add("execution-lost")

    poll(world)

    assert world.semaphores.read("acme").holders == {"next"}


@pytest.mark.parametrize(
    ("row", "holders"),
    [
        ({"status": "SUCCEEDED", "endedAt": iso(NOON)}, set()),
        ({"attemptedAt": iso(NOON - timedelta(minutes=9))}, {"r1"}),
    ],
)
def test_step_functions_is_not_asked_what_the_row_of_a_request_tells(row: dict[str, Any], holders: set[str]) -> None:
    world = a_world()
    world.requests.add(a_request_row(**row))
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}
    world.semaphores.mark_notified(a_waiter("r1"))
    world.tasks.is_running = None  # type: ignore[assignment,method-assign]

    poll(world)

    assert world.semaphores.read("acme").holders == holders


def test_step_functions_is_asked_about_a_submission_that_takes_long() -> None:
    world = a_world()
    world.requests.add(a_request_row(attemptedAt=iso(NOON - timedelta(minutes=11))))
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}
    world.tasks.over.add("execution-r1")

    poll(world)

    assert world.semaphores.read("acme").holders == frozenset()


@pytest.mark.parametrize(("has_run", "is_over"), [(True, True), (True, False), (False, False)])
def test_a_slot_with_a_run_or_with_an_execution_is_kept(has_run: bool, is_over: bool) -> None:
    world = a_world()
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}
    world.semaphores.mark_notified(a_waiter("r1"))
    world.tasks.over |= {"execution-r1"} if is_over else set()
    world.amc.runs = [a_run()] if has_run else []
    world.executions.rows["acme", "run-1"] = {**run_row("acme", a_run(), NOON), "requestId": "r1"}
    if not has_run:
        world.executions.rows.clear()

    poll(world)

    assert world.semaphores.read("acme").holders == {"r1"}


@pytest.mark.parametrize("request_id", [17, "", None, ["r1"], {"r1"}])
def test_a_run_whose_request_was_edited_is_somebody_elses(request_id: Any) -> None:
    world = a_world()
    run = a_run(createTime=iso(NOON - timedelta(minutes=30)))
    world.amc.runs = [run]
    world.executions.rows["acme", "run-1"] = {**run_row("acme", run, NOON), "requestId": request_id}
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}
    asked: list[object] = []
    world.requests.find = lambda _, request_id: asked.append(request_id)  # type: ignore[method-assign, assignment]

    assert poll(world).changed == 0

    assert asked == ["r1"], "of the holder alone"
    assert world.semaphores.external["acme"] == 1
