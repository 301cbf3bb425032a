"""What the ends of runs teach."""

from datetime import timedelta
from typing import Any

import pytest

from functions.services.tracking.learnt_durations import learn
from tests.builders import a_run, a_waiter
from tests.fakes import NOON, FakeDurations, FakeWorkflows, World
from tests.unit.services.tracking.polling import a_world, poll
from wfm.calendar.timestamps import iso
from wfm.model.durations import Durations, read_durations
from wfm.model.runs import run_row


def test_a_run_that_ends_teaches_its_workflow_how_long_runs_take() -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach"}
    world.amc.runs = [a_run(workflowExecutionId=f"run-{n}") for n in range(4)]
    poll(world)

    for n in range(4):
        world.amc.end(f"run-{n}", "SUCCEEDED")
    poll(world)

    learnt = read_durations(world.durations.find("acme", "reach"))
    assert learnt
    assert (learnt.count, round(learnt.mean, 3), learnt.variance) == (4, 6.397, 0)  # e^6.397 s are ten minutes


def test_the_next_run_of_a_workflow_knows_what_to_expect() -> None:
    world = a_world()
    field = Durations(9, 9.0, 0.04).to_field()
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "durations": field}
    world.amc.runs = [a_run(createTime="2026-11-23T11:58:00Z")]

    poll(world, asked=False)

    assert world.executions.rows["acme", "run-1"]["expected"] == field
    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=10))


def test_a_dry_run_teaches_nothing() -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach"}
    world.executions.rows["acme", "run-1"] = run_row("acme", a_run(), NOON) | {"dryRun": True}
    world.amc.runs = [a_run(status="SUCCEEDED")]

    poll(world)

    assert world.executions.rows["acme", "run-1"]["executionStatus"] == "SUCCEEDED"
    assert world.durations.fields == {}


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "REJECTED", "DELETED"])
def test_a_run_that_did_not_succeed_teaches_nothing(status: str) -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach"}
    world.amc.runs = [a_run(status=status)]

    poll(world)

    assert world.durations.fields == {}


def test_a_workflow_that_wfm_does_not_have_gets_no_row() -> None:
    world = a_world()
    world.amc.runs = [a_run(status="SUCCEEDED", workflowId="transient_1")]

    poll(world)

    assert (world.workflows.rows, world.durations.fields) == ({}, {})


class KeysOnly(FakeWorkflows):
    """A table, which refuses what can be no key."""

    def find(self, customer_id: str, workflow_id: str) -> Any:
        assert isinstance(workflow_id, str)
        assert 1 <= len(workflow_id) <= 256
        return super().find(customer_id, workflow_id)


@pytest.mark.parametrize("workflow_id", [None, 17, ["reach"], "", "x" * 257])
def test_of_what_can_be_no_workflow_nothing_is_learnt(workflow_id: Any) -> None:
    workflows = KeysOnly()

    assert learn("acme", [a_run(status="SUCCEEDED", workflowId=workflow_id)], workflows, FakeDurations()) == {}


@pytest.mark.parametrize("workflow_id", ["x", "x" * 256])
def test_the_shortest_and_the_longest_id_are_learnt_of(workflow_id: str) -> None:
    workflows, learnt = KeysOnly({"customerId": "acme", "workflowId": workflow_id}), FakeDurations()

    known = learn("acme", [a_run(status="SUCCEEDED", workflowId=workflow_id)], workflows, learnt)

    assert known[workflow_id].count == 1
    assert learnt.find("acme", workflow_id) == known[workflow_id].to_field()


def test_a_run_that_ends_adds_to_what_version_0_1_had_learnt_and_leaves_the_workflows_row_alone() -> None:
    row = {"customerId": "acme", "workflowId": "reach", "durations": Durations(3, 5.0, 0.1).to_field()}
    workflows, learnt = FakeWorkflows(row), FakeDurations()

    for count in (4, 5):
        known = learn("acme", [a_run(status="SUCCEEDED")], workflows, learnt)
        assert known["reach"].count == count

    assert workflows.find("acme", "reach") == row


@pytest.mark.parametrize(("watched", "pause"), [(False, timedelta(minutes=5)), (True, timedelta(seconds=6533))])
def test_where_results_wake_the_tracker_it_polls_when_one_is_overdue(watched: bool, pause: timedelta) -> None:
    world = a_world(resultsWatched=watched)
    world.amc.runs = [a_run(createTime="2026-11-23T10:00:00Z")]
    remember(world, Durations(50, 9.0, 0.25))

    poll(world, asked=False)

    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + pause)


def remember(world: World, expected: Durations) -> None:
    """The run that AMC lists is known, and so is what to expect of it."""
    row = run_row("acme", world.amc.runs[0], NOON)
    world.executions.rows["acme", "run-1"] = row | {"expected": expected.to_field()}


def test_a_run_is_polled_when_it_is_to_be_ended() -> None:
    world = a_world(resultsWatched=True)
    since = dict.fromkeys(("createTime", "lastUpdatedTime"), "2026-11-23T10:00:00Z")
    world.amc.runs = [a_run(**since, status="RUNNING", workflowExecutionTimeoutSeconds=7200)]
    remember(world, Durations(50, 11.0, 0.25))

    poll(world, asked=False)

    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(hours=1)), "two hours, and one for AMC"


@pytest.mark.parametrize("doubt", ["a result to be delivered", "a holder without a run"])
def test_what_no_result_tells_of_is_polled_within_ten_minutes(doubt: str) -> None:
    world = a_world(resultsWatched=True)
    world.amc.runs = [a_run(createTime="2026-11-23T10:00:00Z")]
    remember(world, Durations(50, 11.0, 0.25))
    if doubt == "a holder without a run":
        world.semaphores.held["acme"] = {"r9": a_waiter("r9")}
    else:
        channels = [{"channel": {"type": "PUBLISH"}, "status": "PENDING"}]
        ended = {"status": "SUCCEEDED", "lastUpdatedTime": iso(NOON), "outputChannels": channels}
        world.amc.runs.append(a_run(workflowExecutionId="run-2", **ended))

    poll(world, asked=False)

    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=10))
