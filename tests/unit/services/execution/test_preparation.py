"""From what was asked to what AMC will be told."""

from typing import Any

import pytest

from functions.services.execution.preparation import load_request, prepare
from tests.builders import a_message, a_request_row, a_tenant_row
from tests.fakes import NOON, World
from wfm.errors import InvalidRequest, NotReadyYet, UnknownCustomer, UnknownWorkflow
from wfm.model.request_ids import id_from, identify


def unchecked(document: Any) -> Any:
    return document


def a_world(**tenant: Any) -> World:
    world = World(a_tenant_row(**tenant))
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED"}
    return world


def prepared(world: World, **row: Any) -> dict[str, Any]:
    return prepare(a_request_row(**row), unchecked, world.tenants, world.workflows, world.amc)


def test_the_window_is_resolved_relative_to_when_it_was_asked() -> None:
    body = prepared(a_world())

    assert body == a_request_row()["execution"]


def test_an_unknown_customer_is_refused() -> None:
    with pytest.raises(UnknownCustomer, match="customerId: 'acme' is not a tenant"):
        prepared(World())


def test_a_tenant_that_failed_is_refused_with_its_reason() -> None:
    with pytest.raises(UnknownCustomer, match="FAILED and not ACTIVE: limit"):
        prepared(a_world(status="FAILED", reason="limit"))


def test_a_tenant_that_is_being_onboarded_is_waited_for() -> None:
    with pytest.raises(NotReadyYet):
        prepared(a_world(status="PROVISIONING"))


def test_an_unknown_workflow_is_refused_with_the_closest_one() -> None:
    request = a_message(payload={"workflowId": "reech"})

    with pytest.raises(UnknownWorkflow, match=r"no 'reech' \(did you mean 'reach'\?\); allowed: reach"):
        prepared(a_world(), request=request)


def test_a_workflow_made_in_amc_by_hand_may_run() -> None:
    world = a_world()
    world.amc.workflows["by-hand"] = {"workflowId": "by-hand"}

    assert prepared(world, request=a_message(payload={"workflowId": "by-hand"})) == {"workflowId": "by-hand"}


@pytest.mark.parametrize(
    ("status", "error"), [("PENDING", NotReadyYet), (None, NotReadyYet), ("FAILED", UnknownWorkflow)]
)
def test_a_workflow_that_is_not_in_amc_does_not_run(status: str | None, error: type[Exception]) -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] |= {"syncStatus": status, "syncReason": "bad SQL"}

    with pytest.raises(error):
        prepared(world)


@pytest.mark.parametrize("in_amc", [True, False])
def test_an_edit_that_amc_refused_lets_runs_go_on_with_the_definition_before_it_if_amc_still_has_it(
    in_amc: bool,
) -> None:
    world = a_world()
    failed = {"syncStatus": "FAILED", "syncReason": "bad SQL", "definitionHash": "of the one before"}
    world.workflows.rows["acme", "reach"] |= failed
    if in_amc:
        world.amc.workflows["reach"] = {"workflowId": "reach"}
        assert prepared(world)["workflowId"] == "reach"
    else:
        with pytest.raises(UnknownWorkflow, match="'reach' is not in AMC: `wfm workflows list acme` says why"):
            prepared(world)


def test_ad_hoc_sql_needs_no_workflow() -> None:
    request = a_message(payload={"workflow": {"sqlQuery": "SELECT COUNT(*) FROM t"}})

    assert prepared(a_world(), request=request) == {"workflow": {"sqlQuery": "SELECT COUNT(*) FROM t"}}


def test_a_request_from_the_queue_is_loaded_by_its_ids() -> None:
    world = a_world()
    world.requests.add(a_request_row())

    row = load_request({"customerId": "acme", "requestId": "r1"}, "acme.r1", NOON, unchecked, world.requests)

    assert row == a_request_row()


def test_a_request_by_start_execution_is_written_and_named_after_its_execution() -> None:
    world = a_world()
    whole = {"customerId": "acme", "payload": {"workflowId": "reach"}}

    row = load_request(whole, "my-run", NOON, unchecked, world.requests)

    assert world.requests.find("acme", "my-run") == row
    assert row["source"] == "StartExecution"


def test_ids_that_nobody_knows_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="requestId: 'r9' is not known"):
        load_request({"customerId": "acme", "requestId": "r9"}, "acme.r9", NOON, unchecked, World().requests)


@pytest.mark.parametrize("rubbish", [None, 3, "text", [], {}, {"customerId": 7}, {"customerId": "../x"}])
def test_rubbish_is_identified_by_its_execution(rubbish: Any) -> None:
    assert identify(rubbish, "some-name") == ("unknown", "some-name")


def test_a_name_that_is_no_id_gives_a_stable_id() -> None:
    assert id_from("a.b") == id_from("a.b") != id_from("a.c")
    assert len(id_from("x" * 80)) == 32


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, {"timeWindowType": "PREVIOUS_MONTH", "parameterValues": {"brand": "alder", "days": 7}}),
        ({"timeWindowType": "ALL"}, {"timeWindowType": "ALL", "parameterValues": {"brand": "alder", "days": 7}}),
        (
            {"parameterValues": {"days": 14}},
            {"timeWindowType": "PREVIOUS_MONTH", "parameterValues": {"brand": "alder", "days": 14}},
        ),
    ],
)
def test_what_a_request_leaves_open_comes_from_its_workflow(asked: dict[str, Any], told: dict[str, Any]) -> None:
    world = a_world()
    defaults = {"timeWindowType": "PREVIOUS_MONTH", "parameterValues": {"brand": "alder", "days": 7}}
    world.workflows.rows["acme", "reach"]["defaultPayload"] = defaults

    body = prepared(world, request=a_message(payload={"workflowId": "reach", **asked}))

    assert body == {"workflowId": "reach", **told}


def test_a_window_comes_whole_from_the_request_or_from_its_workflow() -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"]["defaultPayload"] = {"timeWindowName": "yesterday", "settlementLag": "14d"}
    window = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}

    body = prepared(world, request=a_message(payload={"workflowId": "reach", **window}))

    assert (body["timeWindowStart"], body["timeWindowEnd"]) == ("2026-11-16T00:00:00", "2026-11-23T00:00:00")
