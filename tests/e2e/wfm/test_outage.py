"""AMC is away from one tenant for longer than any step is tried: whatever runs, waits or comes meanwhile ends well."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from local.amc_simulator.faults import Fault
from tests.e2e.deployment import SQL, Deployment, TenantUnderTest, wait_until
from tests.e2e.inbox import read, subscribe
from tests.reliability.report import FaultReport
from wfm import Connection, Wfm
from wfm.calendar.timestamps import iso

TRIES = 6  # of one PollExecution


def be_away(wfm: Deployment, tenant: TenantUnderTest) -> int:
    """AMC answers nothing of the tenant, by the tenant's row for twenty minutes; the fault's number."""
    (fault,) = wfm.amc.add_faults(Fault(instance_id=tenant.instance, status=503))
    wait_until(lambda: "degradedSince" in looked_at_much_later(wfm, tenant), "the tenant is DEGRADED")
    return fault


def looked_at_much_later(wfm: Deployment, tenant: TenantUnderTest) -> dict[str, Any]:
    """The tenant's row; a look that goes on at the same time may take the time back."""
    wfm.table("TenantsTable").update_item(
        Key={"customerId": tenant.id},
        UpdateExpression="SET unavailableSince = :since",
        ExpressionAttributeValues={":since": iso(datetime.now(UTC) - timedelta(minutes=20))},
    )
    wfm.client("lambda").invoke(
        FunctionName=f"{wfm.runtime.stack}-TrackTenant", Payload=json.dumps({"tenants": [tenant.id], "asked": True})
    )
    return tenant.row()


def test_what_runs_waits_or_comes_while_amc_is_away_runs_once_and_succeeds(
    wfm: Deployment, fault_report: FaultReport
) -> None:
    tenant = wfm.a_tenant("away", limit=1)
    inbox = subscribe(wfm, tenant.id)
    tenant.put_workflow("slow", seconds=600)
    wfm.amc.change_by_hand(tenant.instance, "by-hand", {"workflowId": "by-hand", "sqlQuery": SQL})
    tenant.send("running", workflowId="slow")
    run = tenant.wait_for("running", status={"RUNNING"})["running"]["workflowExecutionId"]
    tenant.send("waiting")
    tenant.wait_for("waiting", status={"WAITING"})

    with wfm.impatience():
        fault = be_away(wfm, tenant)
        wfm.amc.finish(run)
        tenant.send("new", workflowId="by-hand")
        tenant.wait_for("new", status={"WAITING"})
        wait_until(lambda: len(tenant.calls("GET workflowExecutions/{id}")) > 2 * TRIES, "the run is asked for thrice")
    assert {row["status"] for row in tenant.requests().values()} == {"RUNNING", "WAITING"}
    assert "503" in tenant.row()["degradedReason"]

    wfm.amc.clear_faults(fault)
    runtime = wfm.runtime
    Wfm(
        connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True)
    ).tenants.resume(tenant.id)
    rows = tenant.wait_for("running", "waiting", "new")

    assert {row["status"] for row in rows.values()} == {"SUCCEEDED"}
    claimed = {row["workflowExecutionId"] for row in rows.values()}
    assert claimed == {run["workflowExecutionId"] for run in tenant.runs_in_amc()}
    assert (len(claimed), len(tenant.runs_in_amc())) == (3, 3)
    told = [message["tenantStatus"] for message in read(wfm, inbox) if "tenantStatus" in message]
    assert sorted(told) == ["ACTIVE", "DEGRADED"]
    fault_report("AMC down for longer than any step is tried, in the deployed assembly", 3)
