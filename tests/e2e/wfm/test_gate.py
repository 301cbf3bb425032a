"""Slots: never more than the limit, the urgent first, and nobody forgotten."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.amc_simulator.instances import Instance
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.reliability.report import FaultReport
from wfm.model.requests import execution_name
from wfm.model.tenants import ACCOUNT_LIMIT


def test_a_burst_never_passes_the_limit_and_all_of_it_runs(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("burst", limit=3)
    tenant.put_workflow("endless", seconds=600)
    first, rest = ["a", "b", "c"], [f"r{n}" for n in range(15)]
    burst = first + rest

    tenant.send(*first, workflowId="endless")
    tenant.wait_for(*first, status={"RUNNING"})
    tenant.send(*rest)
    tenant.end_runs()
    rows = tenant.wait_for(*burst)

    peak = wfm.amc.concurrency()[tenant.instance]["all"]["peakUnfinished"]
    runs = [row["workflowExecutionId"] for row in rows.values()]
    assert {row["status"] for row in rows.values()} == {"SUCCEEDED"}
    assert sorted(runs) == sorted(run["workflowExecutionId"] for run in tenant.runs_in_amc())
    assert (len(set(runs)), peak) == (18, 3)


def a_busy_tenant(wfm: Deployment, name: str, request_id: str = "r1") -> TenantUnderTest:
    """One slot, which the request holds until its run is ended."""
    tenant = wfm.a_tenant(name, limit=1)
    tenant.put_workflow("endless", seconds=600)
    tenant.send(request_id, workflowId="endless")
    tenant.wait_for(request_id, status={"RUNNING"})
    return tenant


def stop(tenant: TenantUnderTest, request_id: str) -> None:
    """StopExecution, as the console does it."""
    execution = tenant.requests()[request_id]["executionArn"]
    tenant.deployment.client("stepfunctions").stop_execution(executionArn=execution)


def test_an_interactive_request_overtakes_a_backfill(wfm: Deployment) -> None:
    tenant = a_busy_tenant(wfm, "urgent", "first")

    tenant.send("backfill", priority="backfill")
    tenant.wait_for("backfill", status={"WAITING"})
    tenant.send("interactive")
    tenant.wait_for("interactive", status={"WAITING"})
    tenant.end_runs()
    rows = tenant.wait_for("backfill", "interactive")

    assert rows["first"]["endedAt"] <= rows["interactive"]["runningAt"]
    assert rows["interactive"]["endedAt"] <= rows["backfill"]["runningAt"]


def tenants_of_one_account(wfm: Deployment, *names: str) -> list[TenantUnderTest]:
    """Tenants whose instances belong to one AMC account, and no others do."""
    tenants = [wfm.a_candidate(name) for name in names]
    account = f"ENTITY{tenants[0].id.upper().replace('-', '')}"
    for tenant in tenants:
        instance = Instance(instance_id=tenant.instance, entity_id=account, bucket_name=tenant.bucket)
        wfm.amc.add_instances([instance])
        tenant.onboard(2, {"amcAmazonAdsAdvertiserId": account})
    return tenants


def test_the_slot_of_a_full_account_goes_to_the_most_urgent_request_of_all_its_tenants(wfm: Deployment) -> None:
    others, one, other = tenants_of_one_account(wfm, "crowded", "patient", "pressing")
    for tenant in (others, one):
        tenant.put_workflow("endless", seconds=600)
    for _ in range(ACCOUNT_LIMIT - 1):
        wfm.amc.start_externally(others.instance, {"workflowId": "endless", "timeWindowType": "MOST_RECENT_DAY"})
    ask_for_a_poll(wfm, others)
    wait_until(lambda: len(account(wfm, one).get("holders", ())) == ACCOUNT_LIMIT - 1, "the others' runs are counted")

    one.send("first", workflowId="endless")
    one.wait_for("first", status={"RUNNING"})
    one.send("backfill", priority="backfill")
    one.wait_for("backfill", status={"WAITING"})
    other.send("interactive")
    other.wait_for("interactive", status={"WAITING"})
    wait_until(lambda: account(wfm, one).get("waiting") == {one.id, other.id}, "both wait for the account's slot")
    one.end_runs()
    rows = one.wait_for("backfill") | other.wait_for("interactive")
    others.end_runs()

    assert rows["first"]["endedAt"] <= rows["interactive"]["runningAt"]
    assert rows["interactive"]["endedAt"] <= rows["backfill"]["runningAt"]


def account(wfm: Deployment, tenant: TenantUnderTest) -> dict[str, Any]:
    """The row of the slots that the tenants of its account share."""
    key = {"customerId": f"account#{tenant.row()['amcAmazonAdsAdvertiserId']}", "sk": "SLOTS"}
    found: dict[str, Any] = wfm.table("GateTable").get_item(Key=key, ConsistentRead=True).get("Item", {})
    return found


def ask_for_a_poll(wfm: Deployment, tenant: TenantUnderTest) -> None:
    """As a result that lands does it."""
    document = json.dumps({"customerId": tenant.id})
    wfm.client("stepfunctions").start_execution(stateMachineArn=wfm.outputs["ExecutionTrackingArn"], input=document)


def test_a_stopped_execution_cancels_its_run_and_frees_its_slot(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = a_busy_tenant(wfm, "stopped")
    tenant.send("r2")
    tenant.wait_for("r2", status={"WAITING"})

    claimed = tenant.requests()["r1"]["workflowExecutionId"]
    stop(tenant, "r1")
    rows = tenant.wait_for("r1", "r2")

    first = next(run for run in tenant.runs_in_amc() if run["workflowExecutionId"] == claimed)
    assert (rows["r1"]["status"], rows["r1"]["reason"]) == (
        "CANCELLED",
        f"the execution {execution_name(tenant.id, 'r1')} ended as ABORTED",
    )
    assert rows["r2"]["status"] == "SUCCEEDED"
    assert first["status"] == "CANCELLED"
    fault_report("StopExecution while its run goes on, in the deployed assembly")


def test_a_waiter_that_was_stopped_is_passed_over(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = a_busy_tenant(wfm, "leaves")
    tenant.send("r2")
    tenant.wait_for("r2", status={"WAITING"})

    stop(tenant, "r2")
    tenant.send("r3")
    tenant.wait_for("r2")
    tenant.wait_for("r3", status={"WAITING"})
    tenant.end_runs()
    rows = tenant.wait_for("r3")

    assert rows["r2"]["status"] == "CANCELLED"
    assert rows["r3"]["status"] == "SUCCEEDED"
    assert len(tenant.runs_in_amc()) == 2
    fault_report("StopExecution of one that waits for a slot, in the deployed assembly")


@pytest.fixture
def no_clean_up(wfm: Deployment) -> Iterator[None]:
    """Nobody hears of an execution that was stopped."""
    events, rule = wfm.client("events"), f"{wfm.runtime.stack}-execution_lifecycle-stopped"
    events.disable_rule(Name=rule)
    yield
    events.enable_rule(Name=rule)


def test_the_slot_of_one_that_vanished_is_found(wfm: Deployment, no_clean_up: None, fault_report: FaultReport) -> None:
    tenant = a_busy_tenant(wfm, "vanished")
    tenant.send("r2")
    tenant.wait_for("r2", status={"WAITING"})

    stop(tenant, "r1")
    tenant.end_runs()
    rows = tenant.wait_for("r2")

    first, second = sorted(tenant.runs_in_amc(), key=lambda run: run["createdAt"])
    assert (rows["r1"]["status"], rows["r2"]["status"]) == ("RUNNING", "SUCCEEDED")
    assert (first["status"], first["endedAt"] <= second["createdAt"]) == ("SUCCEEDED", True)
    wait_until(lambda: tenant.gate().get("holders") is None, "no slot is held")
    fault_report("an execution stopped of which nobody hears, in the deployed assembly")


def test_a_raised_limit_takes_effect_while_requests_wait(wfm: Deployment, fault_report: FaultReport) -> None:
    tenant = wfm.a_tenant("raised", limit=1)
    tenant.put_workflow("endless", seconds=600)
    tenant.send("r1", "r2", workflowId="endless")
    wait_until(
        lambda: sorted(row["status"] for row in tenant.requests().values()) == ["RUNNING", "WAITING"], "one waits"
    )

    tenant.put_record(limit=2)

    tenant.wait_for("r1", "r2", status={"RUNNING"})
    fault_report("the limit raised while requests wait, in the deployed assembly")


def test_a_lowered_limit_lets_nobody_in_until_there_is_room_below_it(
    wfm: Deployment, fault_report: FaultReport
) -> None:
    tenant = wfm.a_tenant("lowered", limit=3)
    tenant.put_workflow("endless", seconds=600)
    first, queued = ["r1", "r2", "r3"], ["r4", "r5", "r6", "r7", "r8"]
    tenant.send(*first, workflowId="endless")
    tenant.wait_for(*first, status={"RUNNING"})
    tenant.send(*queued)
    tenant.wait_for(*queued, status={"WAITING"})

    tenant.put_record(limit=1)
    wait_until(lambda: tenant.row()["maximumConcurrentWorkflowExecutions"] == 1, "the limit is lowered")
    tenant.end_runs()
    rows = tenant.wait_for(*first, *queued)

    runs = sorted(tenant.runs_in_amc(), key=lambda run: run["createdAt"])
    assert ({row["status"] for row in rows.values()}, len(runs)) == ({"SUCCEEDED"}, 8)
    for number, run in enumerate(runs[3:], start=3):
        assert max(earlier["endedAt"] for earlier in runs[:number]) <= run["createdAt"]
    fault_report("the limit lowered while requests wait, in the deployed assembly")
