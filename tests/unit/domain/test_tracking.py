"""One look at a tenant's AMC instance."""

from datetime import timedelta
from typing import Any

import pytest

from functions.domain.errors import AmcRefused, AmcUnavailable
from functions.domain.times import iso
from functions.domain.tracking import FIRST_LOOK_BACK, OVERLAP, Tracker, is_news, list_from, to_row
from tests.builders import a_request_row, a_run, a_tenant_row, a_waiter
from tests.fakes import NOON, World


def a_world(**tenant: Any) -> World:
    return World(a_tenant_row(**tenant))


def look(world: World) -> int:
    ports = (world.tenants, world.executions, world.amc, world.requests, world.gates, world.tasks, world.clock)
    return Tracker(*ports).look("acme")


def test_a_run_started_behind_our_back_is_recorded_as_external() -> None:
    world = a_world()
    world.amc.runs = [a_run()]

    changed = look(world)

    row = world.executions.rows["acme", "run-1"]
    assert changed == 1
    assert (row["executionStatus"], row["source"]) == ("RUNNING", "external")
    assert world.gates.external["acme"] == 1


def test_one_list_call_is_enough_and_what_has_not_changed_is_not_written() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    look(world)

    changed = look(world)

    assert changed == 0
    assert world.amc.calls == ["LIST", "LIST"]


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

    assert world.gates.external["acme"] == 0


def test_a_run_whose_request_gave_its_slot_back_counts_as_external() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    world.executions.rows["acme", "run-1"] = {**to_row("acme", a_run(), NOON), "requestId": "r1"}

    look(world)

    assert world.gates.external["acme"] == 1


def test_a_wake_up_during_a_look_makes_it_look_again() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def interrupted(*args: Any, **options: Any) -> Any:
        world.amc.list_executions = listing  # type: ignore[method-assign]
        assert look(world) == 0  # the result of another run lands: this look leaves word and goes
        return listing(*args, **options)

    world.amc.list_executions = interrupted  # type: ignore[method-assign]
    look(world)

    assert world.amc.calls == ["LIST", "LIST"]
    assert "lookingSince" not in world.tenants.rows["acme"]


def test_a_failed_look_changes_nothing_but_says_why_and_comes_again_soon() -> None:
    world = a_world()
    world.amc.list_fault = AmcUnavailable("it answered 503")

    with pytest.raises(AmcUnavailable):
        look(world)

    tenant = world.tenants.rows["acme"]
    assert world.executions.rows == {}
    assert tenant["lookFailure"] == "AMC is not available: it answered 503"
    assert tenant["nextPollAt"] == iso(NOON + timedelta(minutes=1))
    assert "lastLookedAt" not in tenant


def test_a_refusal_is_kept_and_is_nothing_to_try_again_for() -> None:
    world = a_world()
    world.amc.list_fault = AmcRefused(403, "Unauthorized request.")

    assert look(world) == 0
    assert world.tenants.rows["acme"]["lookFailure"] == "AMC refused with 403: Unauthorized request."


def test_an_idle_tenant_is_looked_at_every_ten_minutes() -> None:
    world = a_world()

    look(world)

    assert world.tenants.rows["acme"]["nextPollAt"] == iso(NOON + timedelta(minutes=10))


@pytest.mark.parametrize(("minutes", "beats"), [(19, []), (21, ["outcome-token"])])
def test_a_run_that_goes_on_for_long_gets_a_sign_of_life(minutes: int, beats: list[str]) -> None:
    world = a_world()
    run = a_run(createTime=iso(NOON - timedelta(minutes=minutes)))
    world.amc.runs = [run]
    world.executions.rows["acme", "run-1"] = {**to_row("acme", run, NOON), "requestId": "r1"}
    world.requests.add(a_request_row(outcomeToken="outcome-token"))

    look(world)

    assert world.tasks.beats == beats


def test_the_list_reaches_back_to_the_oldest_run_that_has_not_ended() -> None:
    looked = iso(NOON - timedelta(minutes=1))

    assert list_from(NOON, looked, []) == NOON - timedelta(minutes=1) - OVERLAP
    assert list_from(NOON, looked, [{"createTime": "2026-11-22T00:00:00Z"}]).day == 22
    assert list_from(NOON, looked, [{"createTime": "2026-01-01T00:00:00Z"}]) == NOON - FIRST_LOOK_BACK
    assert list_from(NOON, None, []) == NOON - FIRST_LOOK_BACK


@pytest.mark.parametrize(
    ("known", "answer", "news"),
    [
        ("RUNNING", {"status": "SUCCEEDED"}, True),
        ("RUNNING", {"status": "RUNNING"}, False),
        ("SUCCEEDED", {"status": "RUNNING"}, False),
        ("PENDING", {"status": "WONDERFUL"}, True),
        ("RUNNING", {"status": "PENDING", "lastUpdatedTime": "2026-11-23T11:00:00Z"}, False),
    ],
)
def test_late_or_repeated_answers_never_move_a_run_backwards(known: str, answer: dict[str, str], news: bool) -> None:
    row = to_row("acme", a_run(status=known), NOON)

    assert is_news(a_run(**answer), row) is news


def test_an_unknown_status_is_kept_and_counts_as_not_ended() -> None:
    row = to_row("acme", a_run(status="WONDERFUL"), NOON)

    assert row["executionStatus"] == "WONDERFUL"
    assert "unsettledSince" in row


def test_a_run_is_kept_for_as_long_as_its_tenant_wants() -> None:
    world = a_world(retentionDays=7)
    world.amc.runs = [a_run()]

    look(world)

    assert world.executions.rows["acme", "run-1"]["expireTimestamp"] == NOON.timestamp() + 7 * 86_400


def test_sql_never_enters_the_executions_table() -> None:
    row = to_row("acme", a_run(sqlQuery="SELECT 1", workflow={"sqlQuery": "SELECT 1"}), NOON)

    assert "SELECT" not in str(row)


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


def test_a_run_that_amc_lists_no_more_is_asked_for_before_it_is_called_deleted() -> None:
    world = a_world()
    world.amc.runs = [a_run(workflowExecutionId="old", createTime="2026-11-01T00:00:00Z")]
    for name in ("old", "gone"):
        row = to_row("acme", a_run(workflowExecutionId=name, createTime="2026-11-01T00:00:00Z"), NOON)
        world.executions.rows["acme", name] = row

    look(world)

    statuses = {name: world.executions.rows["acme", name]["executionStatus"] for name in ("old", "gone")}
    assert statuses == {"old": "RUNNING", "gone": "DELETED"}
