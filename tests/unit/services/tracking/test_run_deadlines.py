"""What becomes of runs that exceed their time-out."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from functions.services.notifications.announcements import announce_execution
from tests.builders import a_request_row, a_run, a_waiter
from tests.fakes import NOON, World
from tests.reliability.report import FaultReport
from tests.unit.services.tracking.polling import a_world, poll
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, AmcUnavailable
from wfm.model.outcomes import RUN_DEADLINE_EXCEEDED
from wfm.model.runs import run_row
from wfm.model.timeouts import MARGIN

BEGAN = NOON - timedelta(minutes=15) - MARGIN - timedelta(minutes=1)


def a_long_run(world: World, **fields: Any) -> dict[str, Any]:
    """A row of a run of WFM with a time-out of 15 minutes that began long before that."""
    times = {"createTime": iso(BEGAN), "lastUpdatedTime": iso(BEGAN), "workflowExecutionTimeoutSeconds": 900}
    world.amc.runs = [a_run(**{**times, **fields})]
    world.requests.add(a_request_row(status="RUNNING", workflowExecutionId="run-1", outcomeToken="t"))
    row = {**run_row("acme", world.amc.runs[0], BEGAN), "requestId": "r1", "source": "wfm"}
    world.executions.rows["acme", "run-1"] = row
    world.semaphores.held["acme"] = {"r1": a_waiter("r1")}
    return row


def test_a_run_of_ours_beyond_its_deadline_is_cancelled_once_and_its_request_fails(fault_report: FaultReport) -> None:
    world = a_world()
    row = a_long_run(world)
    before = dict(row)

    poll(world)
    announce_execution(before, dict(row), world)
    poll(world)

    assert world.amc.calls == ["LIST", "CANCEL run-1", "LIST"]
    told = world.tasks.answered["t"]
    assert (told["status"], told["error"]) == ("FAILED", RUN_DEADLINE_EXCEEDED)
    assert told["reason"] == "AMC says RUNNING long after the run's time-out of 900 seconds; WFM cancelled it"
    assert row["executionStatus"] == "CANCELLED"
    fault_report("a run that goes on long after its time-out")


def test_that_amc_shows_the_end_later_completes_no_task_a_second_time_and_is_announced() -> None:
    world = a_world()
    row = a_long_run(world)
    given_up = {**row, "overdueAt": iso(NOON), "overdueReason": "too long"}
    announce_execution(row, given_up, world)

    announce_execution(given_up, given_up | {"executionStatus": "CANCELLED"}, world)

    assert world.tasks.answered["t"]["error"] == RUN_DEADLINE_EXCEEDED
    assert world.announcer.sent == [("run-1", "CANCELLED")]


@pytest.mark.parametrize(
    "fields",
    [
        {"lastUpdatedTime": iso(BEGAN + timedelta(minutes=1))},  # and ends this very moment
        {"status": "PENDING"},
        {"workflowExecutionTimeoutSeconds": 1800},
        {"workflowExecutionTimeoutSeconds": None},
        {"createTime": "soon", "lastUpdatedTime": "soon"},
    ],
)
def test_a_run_before_its_deadline_continues(fields: dict[str, Any]) -> None:
    world = a_world()
    row = a_long_run(world, **fields)

    poll(world)

    assert world.amc.calls == ["LIST"]
    assert "overdueAt" not in row


def test_a_run_a_moment_beyond_its_deadline_is_cancelled() -> None:
    world = a_world()
    a_long_run(world, lastUpdatedTime=iso(BEGAN + timedelta(minutes=1)))

    world.clock.pass_seconds(0.001)
    poll(world)

    assert world.amc.calls == ["LIST", "CANCEL run-1"]


def test_a_run_that_somebody_else_started_is_left_alone() -> None:
    world = a_world()
    row = a_long_run(world)
    del row["requestId"]

    poll(world)

    assert world.amc.calls == ["LIST"]


def test_where_amc_tells_no_time_out_what_it_was_asked_for_counts() -> None:
    world = a_world()
    began = iso(NOON - timedelta(hours=8))
    times = {"createTime": began, "lastUpdatedTime": began, "workflowExecutionTimeoutSeconds": None}
    a_long_run(world, **times)
    asked = world.requests.rows["acme", "r1"]["execution"]

    asked["workflowExecutionTimeoutSeconds"] = 36_000
    poll(world)
    assert world.amc.calls == ["LIST"]

    asked["workflowExecutionTimeoutSeconds"] = 21_600
    poll(world)
    assert world.amc.calls == ["LIST", "LIST", "CANCEL run-1"]


def test_where_amc_tells_no_time_out_the_shortest_that_can_be_asked_for_counts_too() -> None:
    world = a_world()
    a_long_run(world, workflowExecutionTimeoutSeconds=None, lastUpdatedTime=iso(BEGAN + timedelta(minutes=1)))
    world.requests.rows["acme", "r1"]["execution"]["workflowExecutionTimeoutSeconds"] = 900

    world.clock.pass_seconds(0.001)
    poll(world)

    assert world.amc.calls == ["LIST", "CANCEL run-1"]


@pytest.mark.parametrize("rows", [[], [a_request_row(execution=None)]])
def test_where_nobody_tells_a_time_out_amcs_usual_one_counts(rows: list[dict[str, Any]]) -> None:
    world = a_world()
    began = NOON - timedelta(hours=6) - MARGIN
    a_long_run(world, createTime=iso(began), lastUpdatedTime=iso(began), workflowExecutionTimeoutSeconds=None)
    world.requests.rows = {(row["customerId"], row["requestId"]): row for row in rows}

    poll(world)
    assert world.amc.calls == ["LIST"]

    world.clock.pass_seconds(1)
    poll(world)
    assert world.amc.calls == ["LIST", "LIST", "CANCEL run-1"]


def test_of_a_young_run_no_request_is_read() -> None:
    world = a_world()
    a_long_run(world, createTime=iso(NOON), lastUpdatedTime=iso(NOON), workflowExecutionTimeoutSeconds=None)
    world.requests.rows.clear()
    world.requests.find = None  # type: ignore[method-assign, assignment]

    poll(world)

    assert world.amc.calls == ["LIST"]


def test_an_amc_that_does_not_answer_is_asked_again_at_the_next_poll() -> None:
    world = a_world()
    row = a_long_run(world)
    cancel = world.amc.cancel_execution

    def fail(*_: Any) -> None:
        raise AmcUnavailable("it answered 503")

    world.amc.cancel_execution = fail  # type: ignore[method-assign,assignment]
    (problem,) = poll(world).problems
    assert "overdueAt" not in row
    world.amc.cancel_execution = cancel  # type: ignore[method-assign]
    poll(world)

    assert problem.startswith("run-1: is past its time-out of 900 seconds and could not be cancelled: AMC is not")
    assert row["overdueAt"] == iso(NOON)


def test_a_run_that_amc_cancels_no_more_is_not_said_to_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    row = a_long_run(world)
    monkeypatch.setattr(world.amc, "cancel_execution", Mock(return_value=False))

    poll(world)

    assert row["overdueReason"].endswith("WFM gave it up, since AMC cancels it no more")


def test_a_run_that_amc_does_not_cancel_is_given_up_all_the_same() -> None:
    world = a_world()
    row = a_long_run(world)

    refused = []

    def refuse(*_: Any) -> None:
        refused.append(world.clock())
        raise AmcRefused(405, "not now")

    world.amc.cancel_execution = refuse  # type: ignore[method-assign,assignment]
    poll(world)
    world.clock.pass_seconds(60)
    poll(world)

    assert refused == [NOON]
    assert row["overdueReason"].endswith("WFM gave it up, since AMC does not cancel it: AMC refused with 405: not now")
    assert "unsettledSince" in row  # as long as AMC says that it goes on, it takes a slot


def test_a_status_that_nobody_knows_does_not_keep_a_request_for_ever() -> None:
    world = a_world()
    began = iso(NOON - timedelta(hours=26))
    a_long_run(world, status="BRAND_NEW", createTime=began, lastUpdatedTime=began)

    poll(world)

    assert "CANCEL run-1" in world.amc.calls
