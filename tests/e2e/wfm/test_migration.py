"""What a predecessor left in its tables and rules is taken over, and runs."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.wfm import old_rows
from wfm.calendar.timestamps import iso
from wfm.client.migration.old_rows import OldRow
from wfm.client.migration.plan import Action
from wfm.model.requests import scheduled_request_id
from wfm.model.schedules import schedule_name


def put_table(wfm: Deployment, name: str, keys: Sequence[str], *items: dict[str, Any]) -> None:
    """A table of a predecessor, with these rows."""
    dynamodb = wfm.runtime.emulator.session().resource("dynamodb")
    table = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in items:
        table.put_item(Item=item)


def ids(tenant: TenantUnderTest) -> dict[str, Any]:
    return {
        "customerId": tenant.id,
        "customerName": tenant.id,
        "amcInstanceId": tenant.instance,
        "amcAmazonAdsAdvertiserId": "ENTITY1TEST",
        "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
    }


def test_rows_of_both_predecessors_are_taken_over_and_their_workflows_run(wfm: Deployment) -> None:
    v1, v3 = wfm.a_candidate("v1"), wfm.a_candidate("v3")
    prefix = f"old-{v1.id}-"
    tps = old_rows.V1_TPS | ids(v1)
    tps["AMC"] = tps["AMC"] | {"amcS3BucketName": v1.bucket}
    insights = {**old_rows.V3_TPS, **ids(v3), "BucketName": v3.bucket, "authId": None}
    spend = old_rows.workflow_of_v3(customerId=v3.id)
    weekly = old_rows.schedule(customerId=v1.id, Input={"payload": old_rows.payload(workflowId="own")})
    put_table(wfm, f"{prefix}tps", ["customerId", "customerName"], tps, insights)
    put_table(wfm, f"{prefix}workflows", ["customerId", "workflowId"], old_rows.workflow(customerId=v1.id), spend)
    put_table(wfm, f"{prefix}schedules", ["customerId", "Name"], weekly)
    rule = old_rows.rule(f"{prefix}wfm-monthly")
    asked = json.loads(rule["Targets"][0]["Input"]) | {"customerId": v3.id}
    events = wfm.client("events")
    events.put_rule(Name=rule["Name"], ScheduleExpression=rule["ScheduleExpression"], Description="Monthly.")
    events.put_targets(Rule=rule["Name"], Targets=[rule["Targets"][0] | {"Input": json.dumps(asked)}])
    migration, now = wfm.runtime.wfm().migration, datetime.now(UTC)
    old = migration.old_tables()
    rows = [OldRow(name, row) for name in old.names(prefix) for row in old.rows(name)]
    rows += [OldRow("rules", row) for row in old.rules(prefix)]

    done = list(migration.apply(migration.plan(rows, now), None))
    again = migration.plan(rows, now)

    assert [one.problem for one in done] == [""] * 6
    assert {one.action for one in again.planned} == {Action.SAME}
    for tenant, workflow_id, name in ((v1, "own", "weekly"), (v3, "spend", "monthly")):
        assert tenant.row()["status"] == "ACTIVE"
        _is_synced(tenant, workflow_id)
        _is_scheduled(tenant, name)
        tenant.set_behaviour(workflow_id)
        tenant.send("r1", workflowId=workflow_id)
        assert tenant.wait_for("r1")["r1"]["status"] == "SUCCEEDED"


def test_a_library_of_the_first_predecessor_is_pushed_and_what_it_brings_runs_and_fires(
    wfm: Deployment, tmp_path: Path
) -> None:
    v1, v3 = wfm.a_candidate("library1"), wfm.a_candidate("library3")
    prefix, ours, theirs = f"old-{v1.id}-", f"reach-{v1.id}", f"spend-{v3.id}"
    tps = old_rows.V1_TPS | ids(v1) | {"customerPrefix": v1.id}
    tps["AMC"] = tps["AMC"] | {"amcS3BucketName": v1.bucket}
    insights = {**old_rows.V3_TPS, **ids(v3), "BucketName": v3.bucket, "authId": None, "enableWorkflowLibrary": True}
    meant = old_rows.library()["workflowMetaData"] | {"customerPrefix": v1.id}
    first = old_rows.library(workflow_id=ours, workflowMetaData=meant)
    for_v3 = {"customerIds": [v3.id], "customerPrefix": "", "endemicType": ""}
    later = old_rows.library_of_1_1(workflowId=theirs, **for_v3)
    copied = old_rows.workflow(f"{ours}_v1", customerId=v1.id)
    put_table(wfm, f"{prefix}tps", ["customerId", "customerName"], tps, insights)
    config = old_rows.V1_WFM | dict.fromkeys(("customerId", "customerName", "customerPrefix"), v1.id)
    put_table(wfm, f"{prefix}wfm", ["customerId"], config)
    put_table(wfm, f"{prefix}library", ["workflowId"], first, later)
    put_table(wfm, f"{prefix}workflows", ["customerId", "workflowId"], copied)
    client, now = wfm.runtime.wfm(), datetime.now(UTC)
    old = client.migration.old_tables()
    plan = client.migration.plan(
        [OldRow(name, row) for name in old.names(prefix) for row in old.rows(name)], now, folder=tmp_path
    )

    assert [f"{one.read.name}: {one.reason}" for one in plan.of(Action.REFUSED)] == []
    done = list(client.migration.apply(plan, tmp_path))
    begun = client.library.push(client.library.compare(client.library.read(tmp_path)))

    assert [one.problem for one in done] == [""] * 4
    assert sorted(each.workflow_id for each in begun) == sorted([ours, theirs])
    for tenant, workflow_id, name in ((v1, ours, "reach"), (v3, theirs, "time_to_conversion")):
        _is_synced(tenant, workflow_id)
        assert list(wfm.amc.workflows(tenant.instance)) == [workflow_id]
        _is_scheduled(tenant, name)
        tenant.set_behaviour(workflow_id)
        tenant.send("r1", workflowId=workflow_id)
        fired = _fire(tenant, name)
        rows = tenant.wait_for("r1", fired)
        assert [(rows[each]["workflowId"], rows[each]["status"]) for each in ("r1", fired)] == [
            (workflow_id, "SUCCEEDED")
        ] * 2
        assert len(tenant.runs_in_amc()) == 2


def _fire(tenant: TenantUnderTest, name: str) -> str:
    """What EventBridge sends at the schedule's next time; the request's id."""
    group, due = tenant.deployment.runtime.stack, iso(datetime.now(UTC).replace(microsecond=0))
    found = tenant.deployment.client("scheduler").get_schedule(Name=schedule_name(tenant.id, name), GroupName=group)
    tenant.send_text(found["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", due), name)
    return scheduled_request_id(name, due)


def _is_synced(tenant: TenantUnderTest, workflow_id: str) -> None:
    table, key = tenant.deployment.table("WorkflowsTable"), {"customerId": tenant.id, "workflowId": workflow_id}
    wait_until(lambda: table.get_item(Key=key).get("Item", {}).get("syncStatus") == "SYNCED", "it is in AMC")


def _is_scheduled(tenant: TenantUnderTest, name: str) -> None:
    scheduler, stack = tenant.deployment.client("scheduler"), tenant.deployment.runtime.stack

    def names() -> list[str]:
        found = scheduler.list_schedules(GroupName=stack)["Schedules"]
        return [one["Name"] for one in found if one["State"] == "ENABLED"]

    wait_until(lambda: schedule_name(tenant.id, name) in names(), f"{name} fires")
