"""One look at a tenant's AMC instance."""

from datetime import timedelta
from typing import Any

from functions.services.tracking.tracking import Look
from tests.builders import a_run
from tests.fakes import NOON
from tests.unit.services.tracking.looking import a_world, look
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, AmcUnavailable
from wfm.model.runs import to_row


def test_a_run_started_behind_our_back_is_recorded_as_external() -> None:
    world = a_world()
    world.amc.runs = [a_run()]

    changed = look(world).changed

    row = world.executions.rows["acme", "run-1"]
    assert changed == 1
    assert (row["executionStatus"], row["source"]) == ("RUNNING", "external")
    assert world.gates.external["acme"] == 1


def test_one_list_call_is_enough_and_what_has_not_changed_is_not_written() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    look(world)

    changed = look(world).changed

    assert changed == 0
    assert world.amc.calls == ["LIST", "LIST"]


def test_a_wake_up_during_a_look_makes_it_look_again() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def interrupted(*args: Any, **options: Any) -> Any:
        world.amc.list_executions = listing  # type: ignore[method-assign]
        assert look(world) == Look()  # the result of another run lands: this look leaves word and goes
        return listing(*args, **options)

    world.amc.list_executions = interrupted  # type: ignore[method-assign]
    look(world)

    assert world.amc.calls == ["LIST", "LIST"]
    assert "lookingSince" not in world.tenants.rows["acme"]


def test_a_failed_look_changes_nothing_but_says_why_and_comes_again_soon() -> None:
    world = a_world()
    world.amc.list_fault = AmcUnavailable("it answered 503")

    found = look(world)

    tenant = world.tenants.rows["acme"]
    assert (found.changed, found.error) == (0, world.amc.list_fault)
    assert world.executions.rows == {}
    assert tenant["lookFailure"] == "AMC is not available: it answered 503"
    assert tenant["nextPollAt"] == iso(NOON + timedelta(minutes=1))
    assert "lastLookedAt" not in tenant


def test_a_refusal_is_kept_and_is_nothing_to_try_again_for() -> None:
    world = a_world()
    world.amc.list_fault = AmcRefused(403, "Unauthorized request.")

    assert look(world).changed == 0
    assert world.tenants.rows["acme"]["lookFailure"] == "AMC refused with 403: Unauthorized request."


def test_an_idle_tenant_is_looked_at_every_ten_minutes() -> None:
    world = a_world()

    look(world)

    assert world.tenants.rows["acme"]["nextPollAt"] == iso(NOON + timedelta(minutes=10))


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


def test_a_tick_does_not_ask_for_another_look() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def interrupted(*args: Any, **options: Any) -> Any:
        assert look(world, asked=False) == Look()
        return listing(*args, **options)

    world.amc.list_executions = interrupted  # type: ignore[method-assign]
    look(world, asked=False)

    assert world.amc.calls == ["LIST"]


def test_a_tick_takes_who_is_nearer_to_it_than_to_the_next_one() -> None:
    world = a_world(nextPollAt=iso(NOON + timedelta(seconds=30)))
    look(world, asked=False)
    assert world.amc.calls == ["LIST"]

    world.tenants.rows["acme"]["nextPollAt"] = iso(NOON + timedelta(seconds=31))
    look(world, asked=False)
    assert world.amc.calls == ["LIST"]


def test_a_storm_of_results_during_one_look_is_one_more_look() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def stormy(*args: Any, **options: Any) -> Any:
        for _ in range(50 if world.amc.calls == [] else 0):
            look(world)
        return listing(*args, **options)

    world.amc.list_executions = stormy  # type: ignore[method-assign]
    look(world)

    assert world.amc.calls == ["LIST", "LIST"]


def test_a_result_that_lands_before_amc_shows_the_end_is_followed_up_by_the_next_tick() -> None:
    world = a_world()
    world.amc.runs = [a_run(createTime="2026-11-23T08:00:00Z")]
    look(world, asked=False)
    assert world.tenants.rows["acme"]["nextPollAt"] == iso(NOON + timedelta(minutes=10))

    look(world)

    assert world.tenants.rows["acme"]["nextPollAt"] == iso(NOON + timedelta(minutes=1))


def test_a_list_that_fails_for_long_is_told_once_and_asked_for_less_and_less() -> None:
    world = a_world()
    world.amc.list_fault = AmcUnavailable("it answered 503")
    told: list[str] = []
    looked_at: list[int] = []

    for minute in range(61):
        world.clock.now = NOON + timedelta(minutes=minute)
        calls = len(world.amc.calls)
        told += look(world, asked=False).problems
        looked_at += [minute] if len(world.amc.calls) > calls else []

    assert told == ["AMC is not available: it answered 503"]
    assert looked_at == [0, 1, 2, 4, 8, 16, 26, 36, 46, 56]
    assert world.tenants.rows["acme"]["failingSince"] == iso(NOON)

    world.amc.list_fault = None
    look(world)

    assert {"failingSince", "lookFailure"} & set(world.tenants.rows["acme"]) == set()
