"""Slots and signs of life of the runs that go on."""

from datetime import timedelta

import pytest

from tests.builders import a_request_row, a_run, a_waiter
from tests.fakes import NOON
from tests.unit.services.tracking.looking import a_world, look
from wfm.calendar.timestamps import iso
from wfm.model.runs import to_row


def test_the_end_of_a_run_gives_its_slot_to_the_next() -> None:
    world = a_world(maximumConcurrentWorkflowExecutions=1)
    world.amc.runs = [a_run()]
    look(world)
    world.gates.enter(a_waiter("next"))

    world.amc.end("run-1", "SUCCEEDED")
    look(world)

    assert "token-next" in world.tasks.answered
    assert "unsettledSince" not in world.executions.rows["acme", "run-1"]


def test_a_run_whose_request_holds_a_slot_counts_once() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    world.executions.rows["acme", "run-1"] = {**to_row("acme", a_run(), NOON), "requestId": "r1"}
    world.gates.held["acme"] = {"r1": a_waiter("r1")}

    look(world)

    assert world.gates.read("acme").external == 0


def test_a_run_whose_request_gave_its_slot_back_counts_as_external() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    world.executions.rows["acme", "run-1"] = {**to_row("acme", a_run(), NOON), "requestId": "r1"}

    look(world)

    assert world.gates.external["acme"] == 1


def test_a_paused_tenant_is_looked_at_and_gives_no_slot() -> None:
    world = a_world(status="PAUSED")
    world.gates.enter(a_waiter())

    look(world)

    assert world.tasks.answered == {}


def test_a_slot_whose_execution_is_over_is_free() -> None:
    world = a_world(maximumConcurrentWorkflowExecutions=1)
    world.gates.held["acme"] = {"lost": a_waiter("lost")}
    world.gates.woken(a_waiter("lost"))
    world.gates.enter(a_waiter("next"))
    world.tasks.over.add("execution-lost")

    look(world)

    assert world.gates.read("acme").holders == {"next"}


@pytest.mark.parametrize(("minutes", "beats"), [(19, []), (21, ["outcome-token"])])
def test_a_run_that_goes_on_for_long_gets_a_sign_of_life(minutes: int, beats: list[str]) -> None:
    world = a_world()
    run = a_run(createTime=iso(NOON - timedelta(minutes=minutes)))
    world.amc.runs = [run]
    world.executions.rows["acme", "run-1"] = {**to_row("acme", run, NOON), "requestId": "r1"}
    world.requests.add(a_request_row(outcomeToken="outcome-token"))

    look(world)

    assert world.tasks.beats == beats


def test_a_sign_of_life_is_given_every_twenty_minutes_and_not_at_every_look() -> None:
    world = a_world()
    run = a_run(createTime=iso(NOON))
    world.amc.runs = [run]
    world.executions.rows["acme", "run-1"] = {**to_row("acme", run, NOON), "requestId": "r1"}
    world.requests.add(a_request_row(outcomeToken="outcome-token"))

    for minute in range(0, 121, 4):
        world.clock.now = NOON + timedelta(minutes=minute)
        look(world)

    assert 6 <= len(world.tasks.beats) <= 12  # of 31 looks
