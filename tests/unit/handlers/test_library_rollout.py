"""The Lambdas of `library_rollout`, on behaving fakes."""

import json
from typing import Any

import pytest

from functions.handlers import (
    check_batch,
    plan_rollout,
    record_rollout,
    record_rollout_failure,
    roll_out_batch,
    roll_out_library,
)
from tests.builders import a_library_record, a_tenant_row
from tests.fakes import World
from tests.unit.rollout_machine import a_world, call, roll_out
from wfm.errors import InvalidRecord, NotReadyYet
from wfm.model.tenants import TOGGLES

ROLLOUT = {"workflowId": "reach", "rollout": "rollout-1"}


def the_record(world: World, version: int = 1) -> dict[str, Any]:
    return world.library.records["reach", version]


def test_the_plan_names_all_tenants_in_service_in_batches_and_counts_those_that_match() -> None:
    world = a_world(a_library_record(customerIds=["t0003", "t0007"]), tenants=60)
    world.tenants.rows["t0001"]["status"] = "PAUSED"
    world.tenants.rows["t0002"]["status"] = "OFFBOARDED"

    plan = call(plan_rollout.handler, world, ROLLOUT)

    assert (plan["workflowId"], plan["tenants"]) == ("reach", 2)
    assert [len(batch) for batch in plan["batches"]] == [50, 9]
    assert [each for batch in plan["batches"] for each in batch] == sorted(world.tenants.rows.keys() - {"t0002"})
    assert the_record(world)["rolloutStatus"] == "ROLLING"
    assert (the_record(world)["rolloutTenants"], the_record(world)["rolloutDone"]) == (2, 0)


def test_the_plan_for_four_thousand_tenants_fits_the_state_of_a_machine() -> None:
    world = a_world(a_library_record())
    world.tenants.rows = {
        row["customerId"]: row for row in (a_tenant_row(customerId=f"{number:x>40}") for number in range(4000))
    }

    plan = call(plan_rollout.handler, world, ROLLOUT)

    assert len(plan["batches"]) == 80
    assert len(json.dumps(plan)) < 200_000  # of 262,144 characters


def test_a_rollout_reaches_the_tenants_and_says_so_on_the_record() -> None:
    world = a_world(a_library_record(customerIds=[f"t{number:04}" for number in range(30)]), tenants=60)

    assert roll_out(world, "reach") == ""

    assert sorted(customer_id for customer_id, _ in world.workflows.rows) == [f"t{number:04}" for number in range(30)]
    record = the_record(world)
    assert (record["rolloutStatus"], record["rolloutTenants"], record["rolloutDone"]) == ("DONE", 30, 30)
    assert record["rolledOutAt"] == "2026-11-23T12:00:00.000Z"
    assert "rolloutReason" not in record
    assert "rolloutBatches" not in record


def test_a_batch_that_is_repeated_counts_once() -> None:
    world = a_world(a_library_record(), tenants=2)
    plan = call(plan_rollout.handler, world, ROLLOUT)

    answers = [call(roll_out_batch.handler, world, ROLLOUT | {"customerIds": plan["batches"][0]}) for _ in range(2)]

    assert answers == [{"tenants": 2, "conflicts": 0, "conflict": ""}] * 2
    assert the_record(world)["rolloutDone"] == 2


def test_a_tenant_that_fails_keeps_none_of_its_batch_from_the_workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world(a_library_record(), tenants=3)
    put = world.workflows.put_desired

    def refuse_one(row: Any, seen: Any) -> bool:
        if row["customerId"] == "t0001":
            raise NotReadyYet("DynamoDB has a hiccup")
        return put(row, seen)

    monkeypatch.setattr(world.workflows, "put_desired", refuse_one)
    batch = call(plan_rollout.handler, world, ROLLOUT)["batches"][0]

    with pytest.raises(NotReadyYet):
        call(roll_out_batch.handler, world, ROLLOUT | {"customerIds": batch})

    assert sorted(customer_id for customer_id, _ in world.workflows.rows) == ["t0000", "t0002"]
    assert the_record(world)["rolloutDone"] == 0


def test_the_progress_is_that_of_the_last_rollout() -> None:
    world = a_world(a_library_record(), tenants=2)
    batch = call(plan_rollout.handler, world, ROLLOUT)["batches"][0]
    call(plan_rollout.handler, world, ROLLOUT | {"rollout": "rollout-2"})

    call(roll_out_batch.handler, world, ROLLOUT | {"customerIds": batch})
    call(record_rollout.handler, world, ROLLOUT | {"results": []})

    assert (the_record(world)["rolloutStatus"], the_record(world)["rolloutDone"]) == ("ROLLING", 0)


def test_a_tenants_own_workflow_of_the_same_id_is_reported_on_the_record() -> None:
    world = a_world(a_library_record(), tenants=3)
    for customer_id in ("t0000", "t0002"):
        own = {"customerId": customer_id, "workflowId": "reach", "sqlQuery": "SELECT 'own'"}
        world.workflows.rows[customer_id, "reach"] = own

    roll_out(world, "reach")

    assert the_record(world)["rolloutStatus"] == "DONE"
    assert the_record(world)["rolloutReason"].endswith(": workflow reach of t0000 and 1 more")
    assert world.workflows.rows["t0002", "reach"]["sqlQuery"] == "SELECT 'own'"


def test_a_record_that_cannot_be_used_changes_nothing_and_says_why() -> None:
    world = a_world(a_library_record(), tenants=2)
    roll_out(world, "reach")
    before = {key: dict(row) for key, row in world.workflows.rows.items()}

    world.library.put(a_library_record(version=2, sqlQuery="", tags=[]))
    reason = roll_out(world, "reach", "rollout-2")

    assert "sqlQuery: a text with nothing in it is not right; allowed: AMC SQL" in reason
    assert "tags: a list with nothing in it is not right" in reason
    assert (the_record(world, 2)["rolloutStatus"], the_record(world, 2)["rolloutReason"]) == ("FAILED", reason)
    assert the_record(world)["rolloutStatus"] == "DONE"
    assert world.workflows.rows == before


def test_a_workflow_that_has_left_the_library_leaves_the_tenants() -> None:
    world = a_world(a_library_record(), tenants=30)
    roll_out(world, "reach")

    world.library.records.clear()

    assert roll_out(world, "reach", "rollout-2") == ""
    assert (world.workflows.rows, world.schedules.rows) == ({}, {})


def test_a_failure_of_an_older_rollout_does_not_stand_on_a_record_that_was_put_right() -> None:
    world = a_world(a_library_record(sqlQuery=""))
    with pytest.raises(InvalidRecord):
        call(plan_rollout.handler, world, ROLLOUT)

    world.library.put(a_library_record())
    roll_out(world, "reach", "rollout-2")
    call(record_rollout_failure.handler, world, ROLLOUT | {"error": "InvalidRecord", "cause": "no SQL"})

    assert the_record(world)["rolloutStatus"] == "DONE"


def test_a_schedule_that_was_accepted_stays_accepted_when_its_times_are_over() -> None:
    world = a_world(a_library_record(schedule={"ScheduleExpression": "at(2026-11-24T08:00:00)"}))
    roll_out(world, "reach")
    world.clock.pass_seconds(5 * 86_400)
    world.tenants.rows["new"] = a_tenant_row(customerId="new", toggles=list(TOGGLES))

    call(roll_out_library.handler, world, {"customerId": "new"})

    assert ("new", "reach") in world.workflows.rows
    assert roll_out(world, "reach", "rollout-2") == ""
    world.library.put(a_library_record(sqlQuery="SELECT 2", schedule={"ScheduleExpression": "at(2026-11-24T08:00:00)"}))
    assert "schedule." in roll_out(world, "reach", "rollout-3")


def test_a_batch_is_pending_as_long_as_amc_has_not_got_or_refused_what_the_library_put_there() -> None:
    world = a_world(a_library_record(), tenants=5)
    roll_out(world, "reach")
    for number, status in enumerate(["SYNCED", "FAILED", "PENDING"]):
        world.workflows.rows[f"t{number:04}", "reach"]["syncStatus"] = status
    own = {"customerId": "t0003", "workflowId": "reach", "syncStatus": "PENDING"}
    world.workflows.rows["t0003", "reach"] = own
    del world.workflows.rows["t0004", "reach"]

    batch = {"workflowId": "reach", "customerIds": [*world.tenants.rows]}

    assert call(check_batch.handler, world, batch) == {"pending": 1}
