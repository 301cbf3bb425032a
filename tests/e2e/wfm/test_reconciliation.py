"""Status changes of executions are delivered at best effort: what a lost one left open ends with the next sweep."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from functions.services.reconciliation.sweep import GRACE
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.reliability.report import FaultReport
from wfm.calendar.timestamps import iso


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


def sweep(wfm: Deployment) -> int:
    answer = wfm.client("lambda").invoke(FunctionName=f"{wfm.runtime.stack}-Reconcile", Payload="{}")
    requests: int = json.loads(answer["Payload"].read())["requests"]
    return requests


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
