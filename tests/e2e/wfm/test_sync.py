"""Workflows as AMC really has them: edits that it refuses, and what people do to them by hand."""

from typing import Any

import pytest

from local.amc_simulator.faults import Fault
from tests.e2e.deployment import SQL, Deployment, TenantUnderTest, wait_until
from wfm.client.adapters.tracking_machine import TrackingMachine

BAD = f"{SQL} HAVING reach > 2"


@pytest.fixture(scope="module")
def tenant(wfm: Deployment) -> TenantUnderTest:
    return wfm.a_tenant("synced")


def row(tenant: TenantUnderTest, workflow_id: str = "reach") -> dict[str, Any]:
    key = {"customerId": tenant.id, "workflowId": workflow_id}
    found = tenant.deployment.table("WorkflowsTable").get_item(Key=key, ConsistentRead=True)
    return found.get("Item", {})  # type: ignore[no-any-return]


def edit(tenant: TenantUnderTest, sql: str, workflow_id: str = "reach") -> None:
    """Somebody changes the definition and nothing else."""
    tenant.deployment.table("WorkflowsTable").update_item(
        Key={"customerId": tenant.id, "workflowId": workflow_id},
        UpdateExpression="SET sqlQuery = :sql, syncStatus = :pending REMOVE syncExecution",
        ExpressionAttributeValues={":sql": sql, ":pending": "PENDING"},
    )


def in_amc(tenant: TenantUnderTest) -> dict[str, dict[str, Any]]:
    return tenant.deployment.amc.workflows(tenant.instance)


def look_for_drift(tenant: TenantUnderTest) -> None:
    """As `wfm workflows drift --wait` does it."""
    deployment = tenant.deployment
    tenants = deployment.table("TenantsTable")
    tenants.update_item(Key={"customerId": tenant.id}, UpdateExpression="REMOVE driftCheckedAt")
    machine = TrackingMachine(deployment.client("stepfunctions"), deployment.outputs["ExecutionTrackingArn"])
    machine.poll(tenant.id)
    wait_until(lambda: "driftCheckedAt" in tenant.row(), "the tenant's workflows are compared")


def test_what_is_changed_by_hand_is_reported_and_repaired_where_the_tenant_says_so(tenant: TenantUnderTest) -> None:
    tenant.put_workflow("geo")
    amc = tenant.deployment.amc
    amc.change_by_hand(tenant.instance, "reach", {"sqlQuery": "SELECT COUNT(*) FROM dsp_impressions"})
    amc.change_by_hand(tenant.instance, "geo", None)
    amc.change_by_hand(tenant.instance, "theirs", {"sqlQuery": SQL})

    look_for_drift(tenant)

    found = ["changed: sqlQuery", "deleted"]
    wait_until(lambda: [row(tenant, name).get("drift") for name in ("reach", "geo")] == found, "the drift is found")
    assert set(in_amc(tenant)) == {"reach", "theirs"}

    tenant.put_record(2, repairWorkflowDrift=True)
    wait_until(lambda: "repairWorkflowDrift" in tenant.row().get("toggles", []), "the tenant says so")
    look_for_drift(tenant)

    wait_until(lambda: set(in_amc(tenant)) == {"reach", "geo", "theirs"}, "what was deleted is back")
    wait_until(lambda: not any("drift" in row(tenant, name) for name in ("reach", "geo")), "the drift is gone")
    assert {in_amc(tenant)[name]["sqlQuery"] for name in ("reach", "geo")} == {SQL}


def test_an_edit_that_amc_refuses_leaves_the_old_definition_there_and_runs_go_on_with_it(
    tenant: TenantUnderTest,
) -> None:
    tenant.put_workflow("edited")
    text = "Was unable to compile workflow edited because it was found to be invalid."
    path = f"{tenant.instance}/workflows/edited$"
    refused = Fault(method="PUT", path=path, status=400, details=text)
    (number,) = tenant.deployment.amc.add_faults(refused)

    edit(tenant, BAD, "edited")
    wait_until(lambda: row(tenant, "edited").get("syncStatus") == "FAILED", "AMC has refused")
    tenant.send("after-the-edit", workflowId="edited")

    assert text in row(tenant, "edited")["syncReason"]
    assert in_amc(tenant)["edited"]["sqlQuery"] == SQL
    assert tenant.wait_for("after-the-edit")["after-the-edit"]["status"] == "SUCCEEDED"

    tenant.deployment.amc.clear_faults(number)
    edit(tenant, f"{SQL} HAVING reach > 1", "edited")
    wait_until(lambda: row(tenant, "edited").get("syncStatus") == "SYNCED", "AMC has taken the next edit")
    assert in_amc(tenant)["edited"]["sqlQuery"] == f"{SQL} HAVING reach > 1"


def test_a_workflow_that_is_removed_takes_its_schedules_and_amcs_own_along(tenant: TenantUnderTest) -> None:
    tenant.put_workflow("leaving")
    schedules = tenant.deployment.table("SchedulesTable")
    for name, workflow_id in (("leaving-daily", "leaving"), ("reach-daily", "reach")):
        payload = {"workflowId": workflow_id, "timeWindowType": "MOST_RECENT_DAY"}
        timing = {"ScheduleExpression": "custom(D * 4)", "State": "DISABLED"}
        schedules.put_item(Item={"customerId": tenant.id, "Name": name, "Input": {"payload": payload}} | timing)
    tenant.deployment.amc.schedule_by_hand(tenant.instance, "leaving", "amc-daily")

    tenant.deployment.table("WorkflowsTable").delete_item(Key={"customerId": tenant.id, "workflowId": "leaving"})
    wait_until(lambda: "leaving" not in in_amc(tenant), "the workflow is gone")

    found = schedules.query(
        KeyConditionExpression="customerId = :c", ExpressionAttributeValues={":c": tenant.id}, ConsistentRead=True
    )
    assert [item["Name"] for item in found["Items"]] == ["reach-daily"]
    assert tenant.calls("DELETE schedules/{id}")


def test_amcs_own_way_of_showing_a_workflow_is_told_blocks_no_run_and_is_no_drift(tenant: TenantUnderTest) -> None:
    parameter = {"name": "brand", "dataType": "STRING", "column_type": "DIMENSION"}
    layout = SQL.replace(" FROM", "  -- of the DSP\nFROM") + ";\n"
    tenant.set_behaviour("shown")
    tenant.put_definition("shown", sqlQuery=layout, inputParameters=[parameter])

    tenant.send("of-the-shown", workflowId="shown", parameterValues={"brand": "A"})
    ended = tenant.wait_for("of-the-shown")["of-the-shown"]
    look_for_drift(tenant)

    assert in_amc(tenant)["shown"]["sqlQuery"] == layout
    assert row(tenant, "shown")["syncReason"].endswith("asked: inputParameters.brand.column_type is left out")
    assert (ended["status"], row(tenant, "shown").get("drift")) == ("SUCCEEDED", None)
    assert [call for call in tenant.calls("PUT workflows/{id}") if call["workflowId"] == "shown"] == []
