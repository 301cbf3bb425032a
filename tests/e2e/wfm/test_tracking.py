"""From AMC's end to the recorded outcome, told by the calls that AMC got in between."""

from typing import Any

from local.amc_simulator.faults import Fault
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.e2e.inbox import read, subscribe
from wfm.calendar.timestamps import parse


def looks_since_the_end(tenant: TenantUnderTest) -> int:
    """List calls that began after the tenant's one run had ended in AMC."""
    (run,) = tenant.runs_in_amc()
    calls = tenant.calls("GET workflowExecutions")
    return sum(parse(call["time"]) >= parse(run["endedAt"]) for call in calls)


def let_time_pass(wfm: Deployment, *tenants: TenantUnderTest) -> None:
    """The tenants become due, and a tick comes."""
    for tenant in tenants:
        wfm.table("TenantsTable").update_item(
            Key={"customerId": tenant.id},
            UpdateExpression="SET pollDueAt = :past",
            ExpressionAttributeValues={":past": "2026-01-01T00:00:00.000Z"},
        )
    wfm.client("stepfunctions").start_execution(stateMachineArn=wfm.outputs["ExecutionTrackingArn"], input="{}")


def ended_in_amc(tenant: TenantUnderTest) -> list[dict[str, Any]]:
    return [run for run in tenant.runs_in_amc() if run["endedAt"]]


def test_a_result_that_lands_makes_the_end_known_by_the_very_next_look(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("landed")

    tenant.send("r1")
    tenant.wait_for("r1")

    assert 1 <= looks_since_the_end(tenant) <= 2


def test_a_result_that_amc_cannot_deliver_is_told_on_the_row_and_by_a_message_of_its_own(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("undelivered")
    inbox = subscribe(wfm, tenant.id)
    tenant.set_behaviour("reach", publish_failure="Access Denied")

    tenant.send("r1")
    wait_until(lambda: ended_in_amc(tenant), "the run ends in AMC")
    let_time_pass(wfm, tenant)
    ended = tenant.wait_for("r1")["r1"]
    told = wait_until(lambda: [m for m in read(wfm, inbox) if "executionStatus" not in m], "the failure is told")

    (run,) = tenant.executions()
    assert (ended["status"], run["resultDelivery"]) == ("SUCCEEDED", "FAILED")
    assert run["statusReason"] == "the result is not in the bucket: Access Denied"
    assert [(each["requestId"], each["resultDeliveryReason"]) for each in told] == [("r1", "Access Denied")]


def test_an_end_without_a_result_is_known_by_the_first_look_that_is_due(wfm: Deployment, no_tracker: None) -> None:
    tenant = wfm.a_tenant("resultless")
    tenant.put_workflow("fails", outcome="FAILED", status_reason="out of memory")

    tenant.send("r1", workflowId="fails")
    wait_until(lambda: ended_in_amc(tenant), "the run ends in AMC")
    let_time_pass(wfm, tenant)
    tenant.wait_for("r1")

    assert looks_since_the_end(tenant) == 1


def test_a_tenant_whose_list_fails_keeps_no_other_of_its_batch_from_being_seen(wfm: Deployment) -> None:
    broken, sound = wfm.a_tenant("broken"), wfm.a_tenant("sound")
    wfm.amc.add_faults(Fault(path="workflowExecutions$", method="GET", instance_id=broken.instance, status=503))
    started = wfm.amc.start_externally(sound.instance, {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"})
    wait_until(lambda: ended_in_amc(sound), "the run ends in AMC")

    let_time_pass(wfm, broken, sound)
    wait_until(lambda: "failingSince" in broken.row(), "the failure is kept")
    recorded = wait_until(lambda: [row for row in sound.executions() if row["executionStatus"] == "SUCCEEDED"], "seen")

    assert [row["workflowExecutionId"] for row in recorded] == [started["workflowExecutionId"]]
    assert "503" in broken.row()["lookFailure"]
    assert broken.row()["status"] == "ACTIVE"


def test_the_ends_of_runs_teach_how_long_a_workflow_takes_and_sync_nothing(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("learnt", limit=3)
    reach = workflow(wfm, tenant)

    tenant.send("r1", "r2", "r3")
    tenant.wait_for("r1", "r2", "r3")

    wait_until(lambda: learnt(wfm, tenant).get("count") == 3, "three runs are learnt from")
    tenant.put_workflow("later")  # the table's stream tells of it after all that came before
    assert workflow(wfm, tenant)["syncExecution"] == reach["syncExecution"]


def learnt(wfm: Deployment, tenant: TenantUnderTest) -> dict[str, Any]:
    """What runs of the workflow `reach` have taught."""
    key = {"customerId": f"durations#{tenant.id}", "sk": "reach"}
    found: dict[str, Any] = wfm.table("GateTable").get_item(Key=key, ConsistentRead=True).get("Item", {})
    return dict(found.get("durations", {}))


def workflow(wfm: Deployment, tenant: TenantUnderTest) -> dict[str, Any]:
    """The row of the workflow `reach`."""
    key = {"customerId": tenant.id, "workflowId": "reach"}
    row: dict[str, Any] = wfm.table("WorkflowsTable").get_item(Key=key)["Item"]
    return row
