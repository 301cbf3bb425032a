"""The Lambdas behind routing, workflow sync and tracking, on behaving fakes."""

import json
from traceback import format_exception
from typing import Any
from unittest.mock import Mock

import pytest

from functions.handlers import (
    check_workflow,
    continue_sync,
    delete_workflows,
    record_sync_failure,
    route_tps_event,
    route_workflow_event,
    sync_workflow,
)
from tests.builders import a_tenant_row
from tests.fakes import World
from wfm.errors import AmcRefused, NotReadyYet, UnknownWorkflow
from wfm.model.workflows import definition_hash

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


def test_a_sync_is_continued_once_by_ids_alone() -> None:
    world = a_world()
    event = IDS | {"executionArn": "sync-1", "input": {"workflowRequest": {"requestType": "createWorkflow"}}}

    for _ in range(2):
        call(continue_sync.handler, world, event)
    call(continue_sync.handler, world, event | {"executionArn": "sync-2"})

    assert list(world.tasks.started.values()) == [("sync", IDS)] * 2


def a_synced_world(**row: Any) -> World:
    """An ACTIVE tenant whose one workflow has been brought to AMC."""
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = ROW | row
    sync(world)
    world.amc.calls.clear()
    return world


def sync(world: World, execution: str = "sync-1") -> tuple[Any, Any]:
    """What SyncWorkflow did and what CheckWorkflow found."""
    event = IDS | {"executionArn": execution}
    answer = call(sync_workflow.handler, world, event)
    return answer["done"], call(check_workflow.handler, world, event | {"desired": answer["desired"]})


def test_a_workflow_is_brought_to_amc_as_its_row_is_now() -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = ROW | {"libraryVersion": 3, "defaultPayload": {"x": 1}}

    done, checked = sync(world)

    assert (done, checked) == ("created in AMC", {"inSync": True, "changed": False})
    assert world.amc.workflows["reach"] == {"workflowId": "reach", "sqlQuery": ROW["sqlQuery"]}
    row = world.workflows.rows["acme", "reach"]
    assert (row["syncStatus"], row["syncReason"], row["syncExecution"]) == ("SYNCED", "", "sync-1")
    assert (row["definitionHash"], row["syncedAt"]) == (definition_hash(ROW), "2026-11-23T12:00:00.000Z")


def test_what_amc_shows_already_is_not_written_again() -> None:
    world = a_synced_world()

    done, checked = sync(world, "sync-2")

    assert (done, checked["inSync"], world.amc.calls) == ("nothing to do", True, [])


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        ({}, {"sqlQuery": "SELECT 2"}, "sqlQuery"),
        ({"filteredReasonColumn": "why"}, {}, "filteredReasonColumn"),
        (
            {"inputParameters": [{"name": "p", "dataType": "STRING", "defaultValue": "old"}]},
            {"inputParameters": [{"name": "p", "dataType": "STRING"}]},
            "inputParameters",
        ),
    ],
)
def test_what_differs_is_replaced_by_the_rows_definition_and_fields_that_are_gone_count(
    before: dict[str, Any], after: dict[str, Any], differs: str
) -> None:
    world = a_synced_world(**before)
    world.workflows.rows["acme", "reach"] = ROW | after

    done, checked = sync(world, "sync-2")

    assert (done, checked["inSync"]) == (f"changed in AMC: {differs}", True)
    assert world.amc.calls == ["CHANGE reach"]
    assert world.amc.workflows["reach"] == {"workflowId": "reach", "sqlQuery": ROW["sqlQuery"]} | after


def test_a_workflow_whose_row_is_gone_is_deleted_in_amc_and_its_schedules_before_it() -> None:
    world = a_synced_world()
    del world.workflows.rows["acme", "reach"]
    for name, workflow_id in (("daily", "reach"), ("weekly", "reach"), ("other", "geo")):
        row = {"customerId": "acme", "Name": name, "Input": {"payload": {"workflowId": workflow_id}}}
        world.schedules.rows["acme", name] = row
    world.schedules.rows["acme", "broken"] = {"customerId": "acme", "Name": "broken", "Input": "?"}
    world.amc.schedules["reach"] = ["amc-daily"]

    done, checked = sync(world, "sync-2")

    assert checked == {"inSync": True, "changed": False}
    assert done == "deleted in AMC, with its schedules daily, weekly, with AMC's own schedules amc-daily"
    assert world.amc.workflows == {}
    assert [name for _, name in world.schedules.rows] == ["other", "broken"]


def test_a_row_that_comes_back_while_its_workflow_is_deleted_keeps_its_schedules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_synced_world()
    row = world.workflows.rows.pop(("acme", "reach"))
    schedule = {"customerId": "acme", "Name": "daily", "Input": {"payload": {"workflowId": "reach"}}}
    world.schedules.rows["acme", "daily"] = schedule
    listed = world.schedules.of_tenant

    def meanwhile(customer_id: str) -> Any:
        world.workflows.rows["acme", "reach"] = row
        return listed(customer_id)

    monkeypatch.setattr(world.schedules, "of_tenant", meanwhile)

    done, checked = sync(world, "sync-2")

    assert (done, checked) == ("nothing to do, it came back", {"inSync": False, "changed": True})
    assert world.schedules.rows == {("acme", "daily"): schedule}
    assert world.amc.calls == []


def test_a_workflow_that_amc_does_not_show_yet_is_not_in_sync() -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = dict(ROW)
    event = IDS | {"executionArn": "sync-1", "desired": definition_hash(ROW)}

    assert call(check_workflow.handler, world, event) == {"inSync": False, "changed": False}
    world.amc.workflows["reach"] = ROW | {"sqlQuery": "SELECT 0"}
    assert call(check_workflow.handler, world, event) == {"inSync": False, "changed": False}
    assert "syncStatus" not in world.workflows.rows["acme", "reach"]


def test_a_row_that_changed_meanwhile_is_carried_to_amc_again() -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = dict(ROW)
    event = IDS | {"executionArn": "sync-1"}
    answer = call(sync_workflow.handler, world, event)
    world.workflows.rows["acme", "reach"]["sqlQuery"] = "SELECT SUM(x) FROM t"

    checked = call(check_workflow.handler, world, event | {"desired": answer["desired"]})

    assert checked == {"inSync": False, "changed": True}
    assert "syncStatus" not in world.workflows.rows["acme", "reach"]


def test_a_workflow_without_sql_is_refused() -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = dict(IDS)

    with pytest.raises(UnknownWorkflow, match="sqlQuery"):
        sync(world)


def test_a_workflow_of_a_tenant_that_is_not_onboarded_yet_is_waited_for_by_name() -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] = dict(ROW)

    with pytest.raises(NotReadyYet, match="not onboarded yet"):
        sync(world)

    assert world.workflows.rows["acme", "reach"]["syncExecution"] == "sync-1"


FAILURE = IDS | {"error": "AmcRefused", "cause": '{"errorMessage": "bad SQL"}'}


def test_a_failed_sync_keeps_amcs_words_on_the_row_and_what_was_synced_before() -> None:
    world = a_synced_world()

    call(record_sync_failure.handler, world, FAILURE | {"executionArn": "sync-1"})

    row = world.workflows.rows["acme", "reach"]
    assert (row["syncStatus"], row["syncReason"]) == ("FAILED", "bad SQL")
    assert row["definitionHash"] == definition_hash(ROW)


def test_amcs_words_on_the_sql_reach_the_row_and_not_what_lambda_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world(None, a_tenant_row())
    world.workflows.rows["acme", "reach"] = dict(ROW)
    refusal = AmcRefused(400, f"cannot compile {ROW['sqlQuery']}")
    monkeypatch.setattr(world.amc, "put_workflow", Mock(side_effect=refusal))

    with pytest.raises(AmcRefused) as raised:
        sync(world)
    logged = "".join(format_exception(raised.value))
    cause = json.dumps({"errorMessage": str(raised.value)})
    call(record_sync_failure.handler, world, FAILURE | {"executionArn": "sync-1", "cause": cause})

    assert "AMC refused with 400" in logged
    assert ROW["sqlQuery"] not in logged
    row = world.workflows.rows["acme", "reach"]
    assert (row["syncStatus"], row["syncReason"]) == ("FAILED", str(refusal))


def test_a_refused_deletion_keeps_amcs_words_though_there_is_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_synced_world()
    del world.workflows.rows["acme", "reach"]
    monkeypatch.setattr(world.amc, "delete_workflow", Mock(side_effect=AmcRefused(400, "a schedule uses it")))

    with pytest.raises(AmcRefused, match="a schedule uses it"):
        sync(world)


@pytest.mark.parametrize("gone", [True, False])
def test_a_late_failure_overwrites_no_newer_success(gone: bool) -> None:
    world = a_synced_world()
    sync(world, "sync-2")
    if gone:
        del world.workflows.rows["acme", "reach"]
    before = dict(world.workflows.rows.get(("acme", "reach"), {}))

    call(record_sync_failure.handler, world, FAILURE | {"executionArn": "sync-1"})

    assert world.workflows.rows.get(("acme", "reach"), {}) == before


def test_a_late_success_overwrites_no_newer_work() -> None:
    world = a_synced_world()
    world.workflows.begin_sync("acme", "reach", "sync-2")
    world.workflows.save_sync("acme", "reach", by="sync-2", syncStatus="FAILED", syncReason="bad SQL")
    event = IDS | {"executionArn": "sync-1", "desired": definition_hash(ROW)}

    assert call(check_workflow.handler, world, event)["inSync"]
    assert world.workflows.rows["acme", "reach"]["syncStatus"] == "FAILED"


def test_a_sync_takes_drift_out() -> None:
    world = a_synced_world(drift="changed: sqlQuery", driftFoundAt="2026-11-22T12:00:00.000Z", amcAdds=["inputSchema"])

    assert not {"drift", "driftFoundAt", "amcAdds"} & set(world.workflows.rows["acme", "reach"])


def test_a_removed_tenants_workflows_take_amcs_own_schedules_along_and_their_rows_say_so() -> None:
    world = a_synced_world()
    world.amc.schedules["reach"] = ["amc-daily"]

    assert call(delete_workflows.handler, world, {"customerId": "acme"}) == {"deleted": 1}

    row = world.workflows.rows["acme", "reach"]
    assert (row["syncStatus"], "definitionHash" in row) == ("DELETED", False)
    assert row["syncReason"] == "the tenant was removed, with AMC's own schedules amc-daily"
