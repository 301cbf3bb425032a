"""The Lambdas behind routing, workflow sync and tracking, on behaving fakes."""

from typing import Any

import pytest

from functions.domain.errors import UnknownWorkflow
from functions.domain.workflows import definition_hash
from functions.handlers import (
    check_workflow,
    list_due_tenants,
    record_sync_failure,
    route_tps_event,
    route_workflow_event,
    sync_workflow,
)
from tests.builders import a_tenant_row
from tests.fakes import World

ROW = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT COUNT(*) FROM t"}
IDS = {"customerId": "acme", "workflowId": "reach"}


def call(handler: Any, world: World, event: dict[str, Any]) -> Any:
    return handler(event, ports=lambda: world)


def a_world(record: dict[str, Any] | None = None, *tenants: dict[str, Any]) -> World:
    world = World(*tenants)
    if record:
        world.customer_config.records["acme"] = record
    return world


def a_stream_record(event_id: str, name: str = "INSERT", **images: Any) -> dict[str, Any]:
    keys = {"customerId": {"S": "acme"}, "workflowId": {"S": "reach"}}
    dynamodb = {"Keys": keys, "SequenceNumber": event_id, **images}
    return {"eventID": event_id, "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": dynamodb}


def test_each_change_of_a_tps_record_starts_one_onboarding() -> None:
    world = a_world()

    for event_id in ("e1", "e1", "e2"):
        call(route_tps_event.handler, world, {"Records": [a_stream_record(event_id)]})

    assert len(world.tasks.started) == 2
    assert all(machine == "onboarding" for machine, _ in world.tasks.started.values())


def test_wfms_own_writes_to_a_workflow_start_no_sync() -> None:
    world = a_world()
    desired = {key: {"S": value} for key, value in ROW.items()}
    synced = {**desired, "syncStatus": {"S": "SYNCED"}}

    call(route_workflow_event.handler, world, {"Records": [a_stream_record("e1", NewImage=desired)]})
    call(route_workflow_event.handler, world, {"Records": [a_stream_record("e2", OldImage=desired, NewImage=synced)]})

    assert [document for _, document in world.tasks.started.values()] == [IDS]


def test_a_workflow_is_brought_to_amc_as_its_row_is_now() -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = dict(ROW)

    answer = call(sync_workflow.handler, world, IDS)
    checked = call(check_workflow.handler, world, {**IDS, **answer})

    assert checked == {"inSync": True, "changed": False}
    assert world.amc.workflows["reach"]["sqlQuery"] == ROW["sqlQuery"]
    assert world.workflows.rows["acme", "reach"]["syncStatus"] == "SYNCED"


def test_a_workflow_whose_row_is_gone_is_deleted_in_amc() -> None:
    world = a_world(None, a_tenant_row())
    world.amc.workflows["reach"] = dict(ROW)

    answer = call(sync_workflow.handler, world, IDS)

    assert call(check_workflow.handler, world, {**IDS, **answer}) == {"inSync": True, "changed": False}
    assert world.amc.workflows == {}


def test_a_workflow_that_amc_does_not_show_yet_is_not_in_sync() -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = dict(ROW)

    desired = {"desired": definition_hash(ROW)}
    assert call(check_workflow.handler, world, {**IDS, **desired}) == {"inSync": False, "changed": False}
    assert "syncStatus" not in world.workflows.rows["acme", "reach"]


def test_a_row_that_changed_meanwhile_is_carried_to_amc_again() -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = dict(ROW)
    answer = call(sync_workflow.handler, world, IDS)
    world.workflows.rows["acme", "reach"]["sqlQuery"] = "SELECT SUM(x) FROM t"

    assert call(check_workflow.handler, world, {**IDS, **answer}) == {"inSync": False, "changed": True}
    assert "syncStatus" not in world.workflows.rows["acme", "reach"]


def test_a_workflow_without_sql_is_refused() -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = dict(IDS)

    with pytest.raises(UnknownWorkflow, match="sqlQuery"):
        call(sync_workflow.handler, world, IDS)


def test_a_failed_sync_keeps_amcs_words_on_the_row() -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] = dict(ROW)

    call(record_sync_failure.handler, world, {**IDS, "error": "AmcRefused", "cause": '{"errorMessage": "bad SQL"}'})

    row = world.workflows.rows["acme", "reach"]
    assert (row["syncStatus"], row["syncReason"]) == ("FAILED", "bad SQL")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"customerId": "globex"}, ["globex"]),
        ({"customerId": None, "bucket": "amc-results"}, ["acme"]),
        ({"customerId": None, "bucket": "some-other"}, []),
        ({"customerId": None, "bucket": None}, ["acme"]),
    ],
)
def test_due_tenants_are_one_or_a_buckets_or_all_whose_time_has_come(
    event: dict[str, Any], expected: list[str]
) -> None:
    idle = a_tenant_row(customerId="idle", nextPollAt="2026-11-23T12:00:01.000Z")
    world = a_world(None, a_tenant_row(bucketName="amc-results"), idle)

    found = call(list_due_tenants.handler, world, event)

    assert [tenant["customerId"] for tenant in found["tenants"]] == expected
