"""The Lambdas behind `tenant_offboarding`, in the machine's order: what goes, what stays, and what is asked for."""

import json
from typing import Any

import pytest

from tests.builders import (
    a_message,
    a_request_row,
    a_run,
    a_tps_record,
    an_sqs_record,
)
from tests.fakes import World
from tests.unit.machine import offboard, onboard


def a_world(*records: dict[str, Any]) -> World:
    world = World()
    world.customer_config.records = {record["customerId"]: record for record in records}
    return world


def test_a_removed_tenant_is_gone_and_its_history_stays() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.requests.add(a_request_row())
    world.queues.messages["acme"] = [an_sqs_record('{"customerId": "acme"}', "waiting-1")]
    del world.customer_config.records["acme"]

    assert onboard(world, "acme", "execution-2") == "OFFBOARDED"

    row = world.tenants.rows["acme"]
    assert row["status"] == "OFFBOARDED"
    assert not {"queueUrl", "pollDueAt", "onboardingLease"} & set(row)
    assert (world.queues.there, world.instance_owners.owners) == ({}, {})
    parked = world.requests.find("acme", "waiting-1") or {}
    assert (parked["status"], parked["request"]) == ("REJECTED", {"message": '{"customerId": "acme"}'})
    assert world.requests.find("acme", "r1") == a_request_row()


def test_what_a_removed_tenant_had_queued_ends_under_its_own_id() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    message = a_message(requestId="bf-3", backfillId="bf", priority="backfill")
    world.queues.messages["acme"] = [an_sqs_record(json.dumps(message), "waiting-1")]
    del world.customer_config.records["acme"]

    onboard(world, "acme", "execution-2")

    row = world.requests.find("acme", "bf-3") or {}
    assert (row["status"], row["backfillId"], row["request"]) == ("REJECTED", "bf", message)
    assert "was removed while this request was in its queue" in row["reason"]
    assert world.announcer.sent == [("bf-3", "REJECTED")]


def test_a_removed_tenant_may_come_back() -> None:
    world = a_world(a_tps_record())
    for execution in range(2):
        world.customer_config.records["acme"] = a_tps_record()
        assert onboard(world, "acme", f"in-{execution}") == "ACTIVE"
        del world.customer_config.records["acme"]
        assert onboard(world, "acme", f"out-{execution}") == "OFFBOARDED"


@pytest.mark.parametrize("cancel", [True, False])
def test_a_removal_waits_for_our_runs_or_cancels_them_by_choice(cancel: bool) -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.amc.runs = [a_run(workflowExecutionId=name) for name in ("ours", "theirs")]
    world.requests.add(a_request_row(workflowExecutionId="ours"))
    for name in ("ours", "theirs"):
        world.executions.rows["acme", name] = {
            **a_run(workflowExecutionId=name),
            "customerId": "acme",
            "executionStatus": "RUNNING",
            "unsettledSince": "x",
        }
    world.executions.rows["acme", "ours"]["requestId"] = "r1"
    world.tenants.save("acme", removal={"cancelRuns": cancel, "deleteWorkflows": False})
    del world.customer_config.records["acme"]

    end = onboard(world, "acme", "execution-2")

    assert end == ("OFFBOARDED" if cancel else "WAITING")
    assert [call for call in world.amc.calls if call.startswith("CANCEL")] == (["CANCEL ours"] if cancel else [])


def test_workflows_in_amc_go_by_choice() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach"}
    world.amc.workflows["reach"] = {"workflowId": "reach"}
    world.tenants.save("acme", removal={"deleteWorkflows": True})
    del world.customer_config.records["acme"]

    onboard(world, "acme", "execution-2")

    assert world.amc.workflows == {}
    assert world.workflows.rows["acme", "reach"]["syncStatus"] == "DELETED"


def test_a_removal_of_a_tenant_whose_record_is_back_takes_nothing_away_and_starts_an_onboarding() -> None:
    world = a_world(a_tps_record())
    onboard(world, "acme")

    assert offboard(world, "acme", "execution-2") == "ACTIVE"

    assert [machine for machine, _ in world.tasks.started.values()] == ["onboarding"]
    assert (world.tenants.rows["acme"]["status"], world.queues.there) == ("ACTIVE", {"acme": True})
    assert "onboardingLease" not in world.tenants.rows["acme"]
