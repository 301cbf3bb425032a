"""What somebody did in AMC by hand to what WFM had put there."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from functions.handlers import track_tenant
from functions.services.sync.drift import MAX_ASKED, check_tenant, is_due
from tests.builders import a_tenant_row
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, AmcUnavailable, WfmError
from wfm.model.tenants import REPAIR_DRIFT
from wfm.model.workflows import definition_hash

SQL = "SELECT COUNT(*) FROM t"


def a_synced_row(workflow_id: str = "reach", **fields: Any) -> dict[str, Any]:
    """A row whose definition AMC has taken."""
    row = {"customerId": "acme", "workflowId": workflow_id, "sqlQuery": SQL, "syncStatus": "SYNCED"}
    row |= {"syncExecution": "sync-1"} | fields
    return row | {"definitionHash": definition_hash(row)}


def a_world(*rows: dict[str, Any], **tenant: Any) -> World:
    """A tenant and what it has in AMC: just what its rows say."""
    world = World(a_tenant_row(**tenant))
    for row in rows:
        world.workflows.rows["acme", row["workflowId"]] = row
        world.amc.workflows[row["workflowId"]] = {"workflowId": row["workflowId"], "sqlQuery": SQL}
    return world


def check(world: World) -> dict[str, str]:
    return dict(check_tenant("acme", world, "sync"))


def drift(world: World, workflow_id: str = "reach") -> tuple[Any, Any]:
    row = world.workflows.rows["acme", workflow_id]
    return row.get("drift"), row.get("driftFoundAt")


def test_what_is_as_it_was_put_there_has_not_drifted_and_costs_one_list_call() -> None:
    world = a_world(a_synced_row(), a_synced_row("geo"))

    assert check(world) == {}

    assert world.amc.calls == ["LIST WORKFLOWS"]
    assert drift(world) == (None, None)
    assert world.tenants.rows["acme"]["driftCheckedAt"] == iso(NOON)


def test_changed_and_deleted_workflows_are_told_apart_and_what_people_made_is_left_alone() -> None:
    world = a_world(a_synced_row(), a_synced_row("geo"))
    world.amc.workflows["reach"] |= {"sqlQuery": "SELECT 2", "filteredReasonColumn": "why"}
    del world.amc.workflows["geo"]
    world.amc.workflows["by-hand"] = {"workflowId": "by-hand", "sqlQuery": "SELECT 3"}

    found = check(world)

    assert found == {"reach": "changed: sqlQuery, filteredReasonColumn", "geo": "deleted"}
    assert drift(world) == ("changed: sqlQuery, filteredReasonColumn", iso(NOON))
    assert drift(world, "geo") == ("deleted", iso(NOON))
    assert set(world.workflows.rows) == {("acme", "reach"), ("acme", "geo")}
    assert world.tasks.started == {}


def test_a_list_that_shows_workflows_in_another_way_than_their_ids_do_is_no_drift() -> None:
    world = a_world(*(a_synced_row(f"w{number}") for number in range(MAX_ASKED + 2)), toggles=[REPAIR_DRIFT])
    shown = world.amc.list_workflows

    def without_sql(tenant: Any) -> list[Any]:
        return [{"workflowId": each["workflowId"]} for each in shown(tenant)]

    world.amc.list_workflows = without_sql  # type: ignore[method-assign]

    assert check(world) == {}
    assert world.tasks.started == {}


def test_what_is_deleted_and_changed_is_found_whatever_the_list_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world(a_synced_row(), a_synced_row("geo"))
    world.amc.workflows["reach"] |= {"sqlQuery": "SELECT 2"}
    del world.amc.workflows["geo"]
    monkeypatch.setattr(world.amc, "list_workflows", lambda _: [])

    assert check(world) == {"reach": "changed: sqlQuery", "geo": "deleted"}


def test_drift_that_is_gone_is_taken_out_and_one_that_stays_keeps_its_time() -> None:
    world = a_world(a_synced_row(), a_synced_row("geo"))
    kept = dict(world.amc.workflows)
    world.amc.workflows.clear()
    check(world)
    world.clock.pass_seconds(86_400)
    world.amc.workflows["reach"] = kept["reach"]

    assert check(world) == {"geo": "deleted"}

    assert drift(world) == (None, None)
    assert drift(world, "geo") == ("deleted", iso(NOON))


def test_what_amc_showed_of_its_own_accord_when_it_was_synced_is_no_drift() -> None:
    world = a_world(a_synced_row(amcAdds=["outputColumns"]))
    world.amc.workflows["reach"]["outputColumns"] = [{"name": "reach"}]

    assert check(world) == {}


@pytest.mark.parametrize(
    "fields",
    [{"syncStatus": "PENDING"}, {"syncStatus": "FAILED"}, {"syncExecution": None}, {"sqlQuery": "SELECT 9"}],
)
def test_a_row_that_a_sync_has_yet_to_carry_to_amc_is_none_that_drifted(fields: dict[str, Any]) -> None:
    world = a_world(a_synced_row() | fields)
    world.amc.workflows.clear()

    assert check(world) == {}
    assert (drift(world), world.amc.calls) == ((None, None), [])


def test_a_sync_that_begins_while_amc_is_asked_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world(a_synced_row())

    def meanwhile(tenant: Any) -> list[Any]:
        world.workflows.begin_sync("acme", "reach", "sync-2")
        return []

    monkeypatch.setattr(world.amc, "list_workflows", meanwhile)

    assert check(world) == {}
    assert drift(world) == (None, None)


def test_drift_is_repaired_where_the_tenant_says_so_with_each_check_that_finds_it() -> None:
    world = a_world(a_synced_row(), a_synced_row("geo"), toggles=[REPAIR_DRIFT])
    del world.amc.workflows["reach"]

    check(world)
    world.clock.pass_seconds(86_400)
    check(world)

    expected = ("sync", {"customerId": "acme", "workflowId": "reach"})
    assert list(world.tasks.started.values()) == [expected, expected]


@pytest.mark.parametrize(
    ("tenant", "due"),
    [
        ({}, True),
        ({"status": "PAUSED"}, True),
        ({"status": "OFFBOARDING"}, False),
        ({"lookFailure": "AMC is down"}, False),
        ({"driftCheckedAt": iso(NOON - timedelta(hours=24))}, True),
    ],
)
def test_only_a_tenant_that_is_served_is_checked(tenant: dict[str, Any], due: bool) -> None:
    assert is_due(a_tenant_row(**tenant), NOON) is due


def checks_of(customer_id: str, every: timedelta, lasting: timedelta) -> list[datetime]:
    """When a tenant that was onboarded at NOON is checked, if it is polled at this interval."""
    row, now, checks = a_tenant_row(customerId=customer_id), NOON, list[datetime]()
    while now < NOON + lasting:
        if is_due(row, now):
            checks.append(now)
            row["driftCheckedAt"] = iso(now)
        now += every
    return checks


def test_a_tenant_is_checked_at_once_and_then_once_a_day() -> None:
    first, *later = checks_of("acme", timedelta(minutes=10), timedelta(days=5))

    assert first == NOON
    assert len(later) == 5
    assert {(two - one) for one, two in pairwise(later)} == {timedelta(days=1)}


def test_tenants_that_were_onboarded_together_are_checked_all_over_the_day() -> None:
    looks, days = timedelta(minutes=30), timedelta(days=2)
    second = [checks_of(f"customer-{number}", looks, days)[1] for number in range(240)]

    hours = Counter(check.hour for check in second)
    assert len(hours) == 24
    assert max(hours.values()) < 3 * len(second) / 24


@pytest.mark.parametrize(
    ("error", "checked"), [(AmcRefused(403, "Unauthorized request."), iso(NOON)), (AmcUnavailable("it is down"), None)]
)
def test_a_check_that_fails_says_so_on_the_tenant_and_never_fails_the_poll(
    error: WfmError, checked: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_world(a_synced_row())

    def fail(tenant: Any) -> list[Any]:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(world.amc, "list_workflows", fail)
        answer = track_tenant.handler({"tenants": ["acme"]}, ports=lambda: world)

    row = world.tenants.rows["acme"]
    assert (answer["changed"], answer["failed"]) == (0, {})
    assert (row["driftFailure"], row.get("driftCheckedAt")) == (str(error), checked)
    assert row["lastLookedAt"] == iso(NOON)

    row.pop("driftCheckedAt", None)
    track_tenant.handler({"tenants": ["acme"], "asked": True}, ports=lambda: world)
    assert "driftFailure" not in world.tenants.rows["acme"]


def test_a_tenant_that_is_gone_is_not_checked() -> None:
    assert check_tenant("acme", World(), "sync") == {}
