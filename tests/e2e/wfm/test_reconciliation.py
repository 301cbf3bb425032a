"""Status changes of executions are delivered at best effort: what a lost one left open ends with the next sweep."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from boto3.dynamodb.conditions import Key

from local.synthesis import REPOSITORY
from tests.e2e.deployment import SQL, Deployment, TenantUnderTest, wait_until
from tests.e2e.inbox import read, subscribe
from tests.e2e.onboarding import throttled
from tests.reliability.report import FaultReport
from wfm.calendar.timestamps import iso
from wfm.model.sweeps import GRACE


@pytest.fixture
def no_stop_is_heard_of(wfm: Deployment) -> Iterator[None]:
    rule = {"Name": f"{wfm.runtime.stack}-execution_lifecycle-stopped"}
    wfm.client("events").disable_rule(**rule)
    yield
    wfm.client("events").enable_rule(**rule)


def age(tenant: TenantUnderTest, request_id: str) -> None:
    """Make the request look an hour old."""
    then = datetime.now(UTC) - timedelta(hours=1)
    assert timedelta(hours=1) > GRACE
    tenant.deployment.table("ExecutionRequestsTable").update_item(
        Key={"customerId": tenant.id, "requestId": request_id},
        UpdateExpression="SET openSince = :then",
        ExpressionAttributeValues={":then": iso(then)},
    )


def sweep(wfm: Deployment, of: str = "requests") -> int:
    """How many events of this kind were sent again."""
    answer = wfm.client("lambda").invoke(FunctionName=f"{wfm.runtime.stack}-Reconcile", Payload="{}")
    found: int = json.loads(answer["Payload"].read())[of]
    return found


def test_a_request_whose_stop_nobody_heard_of_ends_with_the_next_sweep(
    wfm: Deployment, no_stop_is_heard_of: None, fault_report: FaultReport
) -> None:
    tenant, states = wfm.a_tenant("unheard", limit=1), wfm.client("stepfunctions")
    tenant.put_workflow("endless", seconds=600)
    tenant.send("stopped", "alive", workflowId="endless")
    tenant.wait_for("stopped", "alive", status={"RUNNING", "WAITING"})
    execution = tenant.requests()["stopped"]["executionArn"]
    states.stop_execution(executionArn=execution, cause="enough")
    wait_until(lambda: states.describe_execution(executionArn=execution)["status"] == "ABORTED", "it is stopped")
    for request_id in ("stopped", "alive"):
        age(tenant, request_id)

    assert sweep(wfm) == 1

    row = tenant.wait_for("stopped")["stopped"]
    assert (row["status"], row["reason"], "openSince" in row) == ("CANCELLED", "enough", False)
    tenant.wait_for("alive", status={"RUNNING"})
    assert sweep(wfm) == 0
    tenant.end_runs()
    tenant.wait_for("alive")
    fault_report("a stop of which no event tells, in the deployed assembly")


def test_an_end_whose_stream_record_was_lost_is_announced_by_the_next_sweep(
    wfm: Deployment, fault_report: FaultReport
) -> None:
    tenant = wfm.a_tenant("untold")
    inbox = subscribe(wfm, tenant.id)
    tenant.send("r1")
    tenant.wait_for("r1")
    wait_until(lambda: "SUCCEEDED" in tenant.executions()[0].get("announced", []), "it is announced")
    assert "unannounced" not in wait_until(lambda: tenant.executions()[0], "the run's row")
    forget_the_announcement(tenant)
    wait_until(lambda: [each["executionStatus"] for each in read(wfm, inbox)] == ["SUCCEEDED"], "told once")

    assert sweep(wfm, "announcements") == 1

    wait_until(lambda: [each["executionStatus"] for each in read(wfm, inbox)] == ["SUCCEEDED"] * 2, "told again")
    assert len({each["eventId"] for each in read(wfm, inbox)}) == 1
    wait_until(lambda: "unannounced" not in tenant.executions()[0], "that it was told is remembered")
    assert sweep(wfm, "announcements") == 0
    fault_report("the record of a run's end lost in the table's stream, in the deployed assembly")


def forget_the_announcement(tenant: TenantUnderTest) -> None:
    """Make the row that of a run that ended an hour ago and of whose end nobody was told."""
    (row,) = tenant.executions()
    tenant.deployment.table("ExecutionsTable").update_item(
        Key={"customerId": tenant.id, "workflowExecutionId": row["workflowExecutionId"]},
        UpdateExpression="SET announced = :none, unannounced = :end, unannouncedSince = :then",
        ExpressionAttributeValues={":none": [], ":end": "END", ":then": iso(datetime.now(UTC) - timedelta(hours=1))},
    )


LATER_SWEEP = """
import json
from datetime import timedelta
from functions.handlers.reconcile import handler
from functions.runtime.settings import settings
from functions.runtime.wiring import Ports

class Later(Ports):
    def clock(self):
        return super().clock() + timedelta(minutes=30)

print(json.dumps(handler({}, ports=lambda: Later(settings()))))
"""


@pytest.fixture
def no_end_of_a_machine_is_heard_of(wfm: Deployment) -> Iterator[None]:
    rule = {"Name": f"{wfm.runtime.stack}-machines-stopped"}
    wfm.client("events").disable_rule(**rule)
    yield
    wfm.client("events").enable_rule(**rule)


@pytest.fixture
def kept_sweeps(wfm: Deployment) -> Iterator[None]:
    """The next sweep begins where the last one by the clock of everybody else ended."""
    yield
    gate = wfm.table("GateTable")
    rows = gate.query(KeyConditionExpression=Key("customerId").eq("reconciliation#"))["Items"]
    for row in rows:
        gate.delete_item(Key={"customerId": row["customerId"], "sk": row["sk"]})


def test_a_rollout_and_a_sync_whose_end_nobody_heard_of_are_failed_by_the_sweep(
    wfm: Deployment, no_end_of_a_machine_is_heard_of: None, kept_sweeps: None, fault_report: FaultReport
) -> None:
    tenant, workflow = wfm.a_tenant("halfway", enableWorkflowLibrary=True, tags=["halfway"]), "halfway-own"
    key = {"workflowId": f"halfway-{tenant.id}", "version": 1}
    own = {"customerId": tenant.id, "workflowId": workflow}
    records, rows = wfm.table("WorkflowLibraryTable"), wfm.table("WorkflowsTable")
    with throttled(wfm, "CheckBatch"), throttled(wfm, "CheckWorkflow"):
        stop = partial(wfm.client("stepfunctions").stop_execution, error="Crashed", cause="nobody knows")
        records.put_item(Item=key | {"sqlQuery": SQL, "tags": ["halfway"]})
        rollout = wait_until(lambda: running(wfm, "LibraryRolloutArn", str(key["workflowId"])), "the rollout runs")
        wait_until(lambda: records.get_item(Key=key)["Item"].get("rolloutStatus") == "ROLLING", "it is rolled out")
        stop(executionArn=rollout)
        rows.put_item(Item=own | {"sqlQuery": SQL})
        sync = wait_until(lambda: running(wfm, "WorkflowSyncArn", workflow), "the sync runs")
        wait_until(lambda: rows.get_item(Key=own)["Item"].get("syncExecution") == sync, "it is synced")
        stop(executionArn=sync)

        assert sweep_later(wfm)["machines"] >= 2

        wait_until(lambda: records.get_item(Key=key)["Item"].get("rolloutStatus") == "FAILED", "the rollout failed")
        wait_until(lambda: rows.get_item(Key=own)["Item"].get("syncStatus") == "FAILED", "the sync failed")
    assert "nobody knows" in records.get_item(Key=key)["Item"]["rolloutReason"]
    assert "nobody knows" in rows.get_item(Key=own)["Item"]["syncReason"]
    fault_report("the end of a rollout and of a sync of which no event tells, in the deployed assembly")


def running(wfm: Deployment, machine: str, workflow_id: str) -> str:
    """The execution of a machine (an output) that works on this workflow; "" if there is none."""
    states = wfm.client("stepfunctions")
    listed = states.list_executions(stateMachineArn=wfm.outputs[machine], statusFilter="RUNNING")["executions"]
    described = [states.describe_execution(executionArn=each["executionArn"]) for each in listed]
    found = [each for each in described if json.loads(each["input"])["workflowId"] == workflow_id]
    return found[0]["executionArn"] if found else ""


def sweep_later(wfm: Deployment) -> dict[str, int]:
    """What Reconcile would do half an hour later, by the Lambda's own settings: by then nothing is still on its way."""
    name = f"{wfm.runtime.stack}-Reconcile"
    known = wfm.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    environment = wfm.runtime.emulator.environment() | known
    done = subprocess.run(
        [sys.executable, "-c", LATER_SWEEP], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))
