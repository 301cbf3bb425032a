"""AMC shows a workflow differently than it was given: recorded, but it blocks nothing and is not repaired."""

from collections.abc import Mapping
from typing import Any

import pytest

from functions.handlers import check_workflow, sync_workflow
from functions.services.execution.preparation import require_synced
from functions.services.sync.drift import check_tenant
from functions.services.sync.sync import STABLE_POLLS
from local.amc_simulator.echo import echo_workflow
from tests.builders import a_tenant_row
from tests.fakes import World
from tests.unit.sync_machine import sync
from wfm.model.tenants import REPAIR_DRIFT, from_row
from wfm.model.workflows import definition_hash

IDS = {"customerId": "acme", "workflowId": "reach"}
SQL = "SELECT campaign, COUNT(*) AS n  -- all of them\nFROM dsp_impressions\nGROUP BY campaign;\n"
BRAND = {"name": "brand", "dataType": "STRING", "column_type": "DIMENSION"}
ARRAY = {"name": "asins", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}, "defaultValue": ["B01", "B02"]}
LEFT_OUT = "AMC took the workflow, and shows it otherwise than asked: inputParameters.brand.column_type is left out"


def a_world(show: Any = echo_workflow, **row: Any) -> World:
    """A tenant whose AMC has ways of its own, and one row that is to be there."""
    world = World(a_tenant_row(toggles=[REPAIR_DRIFT]))
    world.amc.show = show
    world.workflows.rows["acme", "reach"] = IDS | {"sqlQuery": SQL} | row
    return world


def the_row(world: World) -> Mapping[str, Any]:
    return world.workflows.rows["acme", "reach"]


def polled(world: World, polls: int) -> bool:
    """Whether CheckWorkflow is content after so many polls."""
    event = IDS | {"executionArn": "sync-1", "desired": definition_hash(the_row(world)), "polls": polls}
    return bool(check_workflow.handler(event, ports=lambda: world)["inSync"])


def drift(world: World) -> Any:
    world.tenants.rows["acme"].pop("driftCheckedAt", None)
    return check_tenant("acme", world, "sync")


def test_amazons_own_sample_is_synced_with_a_warning_that_names_the_field() -> None:
    world = a_world(inputParameters=[BRAND])

    sync(world, IDS, "sync-1")

    assert (the_row(world)["syncStatus"], the_row(world)["syncReason"]) == ("SYNCED", LEFT_OUT)
    require_synced(from_row(world.tenants.rows["acme"]), "reach", the_row(world), world.workflows, world.amc)


def test_what_amc_only_writes_in_another_way_is_no_warning() -> None:
    flag = {"name": "bots", "dataType": "BOOLEAN", "defaultValue": True}
    world = a_world(inputParameters=[ARRAY, flag], outputColumns=[{"name": "n", "columnType": "METRIC"}])

    sync(world, IDS, "sync-1")

    assert world.amc.show(world.amc.workflows["reach"])["sqlQuery"] != SQL
    assert (the_row(world)["syncStatus"], the_row(world)["syncReason"]) == ("SYNCED", "")


def test_amcs_own_ways_are_no_drift_and_a_change_by_hand_is() -> None:
    world = a_world(inputParameters=[BRAND, ARRAY], distinctUserCountColumn="users")
    sync(world, IDS, "sync-1")

    before = drift(world)
    world.amc.workflows["reach"]["inputParameters"] = [BRAND]
    after = drift(world)

    assert (before, after) == ({}, {"reach": "changed: inputParameters"})


def test_drift_is_repaired_once_and_not_for_ever() -> None:
    world = a_world(inputParameters=[BRAND])
    sync(world, IDS, "sync-1")
    world.amc.workflows["reach"]["sqlQuery"] = "SELECT COUNT(*) FROM dsp_views"

    drift(world)
    sync(world, IDS, "sync-2")
    started = len(world.tasks.started)

    assert (drift(world), len(world.tasks.started)) == ({}, started)
    assert (the_row(world)["syncReason"], the_row(world).get("drift")) == (LEFT_OUT, None)
    assert world.amc.calls.count("CHANGE reach") == 1


@pytest.mark.parametrize("field", ["sqlQuery", "privacyFilteringBehavior"])
def test_another_value_is_believed_after_a_minute_and_named(field: str) -> None:
    def otherwise(workflow: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**workflow, field: "SELECT 1"}

    world = a_world(otherwise, privacyFilteringBehavior="REMOVE_ROWS")
    sync_workflow.handler(IDS | {"executionArn": "sync-1"}, ports=lambda: world)

    assert (polled(world, STABLE_POLLS - 1), polled(world, STABLE_POLLS)) == (False, True)
    assert the_row(world)["syncReason"].endswith(f"otherwise than asked: {field} is another one")
    assert drift(world) == {}


def test_what_was_there_before_is_not_taken_for_what_was_put() -> None:
    world = a_world(inputParameters=[ARRAY])
    sync(world, IDS, "sync-1")
    before = world.amc.show(world.amc.workflows["reach"])
    world.workflows.rows["acme", "reach"]["inputParameters"] = [ARRAY, BRAND]
    sync_workflow.handler(IDS | {"executionArn": "sync-1"}, ports=lambda: world)

    world.amc.show = lambda _: before
    stale = polled(world, 0)
    world.amc.show = echo_workflow

    assert (stale, polled(world, 1)) == (False, True)
    assert the_row(world)["syncReason"] == LEFT_OUT


def test_a_workflow_that_amc_does_not_show_at_all_is_not_synced() -> None:
    world = a_world()
    sync_workflow.handler(IDS | {"executionArn": "sync-1"}, ports=lambda: world)
    world.amc.workflows.clear()

    assert not polled(world, 59)
    assert "syncStatus" not in the_row(world)
