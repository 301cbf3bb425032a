"""Bad input: one clear error, the original kept, an announcement, and neighbours that go on at once."""

import json
from typing import Any

import pytest

from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.reliability.report import FaultReport
from wfm.model.dynamodb_limits import MAX_DOCUMENT_CHARS


@pytest.fixture(scope="module")
def tenant(wfm: Deployment) -> TenantUnderTest:
    return wfm.a_tenant("input")


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("no-json", "not json", "the message: is no JSON"),
        ("unknown-customer", {"customerId": "nobody"}, "customerId: 'nobody' is not the tenant of this queue"),
        ("backwards", {"timeWindowEnd": "TODAY(-9)"}, "timeWindowEnd: "),
        ("too-large", {"parameterValues": {"list": "x" * 200_000}}, "the message: has "),
        ("typo", {"timeWindowStart": "TODY(-7)"}, "did you mean TODAY?"),
        ("priority", {"priority": "urgent"}, "allowed: interactive, scheduled or backfill"),
    ],
)
def test_a_message_that_can_never_work_goes_to_the_dlq_with_its_reason(
    tenant: TenantUnderTest, name: str, change: Any, told: str, fault_report: FaultReport
) -> None:
    if isinstance(change, str):
        tenant.send_text(change, name)
    else:
        tenant.send(name, **change)
    tenant.send(f"neighbour-{name}")

    letter = wait_until(lambda: [each for each in tenant.dead_letters() if told in reason(each)], "it is parked")[0]
    parked = tenant.requests()[letter["MessageAttributes"]["requestId"]["StringValue"]]
    assert name in letter["Body"] or letter["Body"] == change
    assert parked["status"] == "REJECTED"
    assert parked["reason"] == letter["MessageAttributes"]["reason"]["StringValue"]
    assert parked["request"] in (
        {"message": letter["Body"]},
        json.dumps({"message": letter["Body"]})[:MAX_DOCUMENT_CHARS],
    )
    assert tenant.wait_for(f"neighbour-{name}")[f"neighbour-{name}"]["status"] == "SUCCEEDED"
    tenant.deployment.client("sqs").purge_queue(QueueUrl=tenant.row()["deadLetterQueueUrl"])
    fault_report("a message that can never work, in the deployed assembly")


def reason(letter: dict[str, Any]) -> str:
    return str(letter["MessageAttributes"]["reason"]["StringValue"])


def test_an_unknown_workflow_names_the_closest_one(tenant: TenantUnderTest, fault_report: FaultReport) -> None:
    tenant.send("unknown-workflow", workflowId="reech")

    row = tenant.wait_for("unknown-workflow")["unknown-workflow"]

    assert row["status"] == "REJECTED"
    assert "no 'reech' (did you mean 'reach'?); allowed: reach" in row["reason"]
    assert row["request"]["payload"]["workflowId"] == "reech"
    assert "reech" not in {run["workflowId"] for run in tenant.runs_in_amc()}
    fault_report("a request for a workflow that is not there, in the deployed assembly")


@pytest.mark.parametrize(
    "rubbish", ['"text"', "[1, 2]", "{}", '{"customerId": 7}', '{"customerId": "nobody", "payload": 3}']
)
def test_start_execution_with_rubbish_ends_rejected_and_keeps_it(
    wfm: Deployment, rubbish: str, fault_report: FaultReport
) -> None:
    sfn = wfm.client("stepfunctions")

    arn = sfn.start_execution(stateMachineArn=wfm.outputs["ExecutionLifecycleArn"], input=rubbish)["executionArn"]
    ended = wait_until(lambda: described(sfn, arn), "it ends")

    customer = "nobody" if "nobody" in rubbish else "unknown"
    rows = wfm.table("ExecutionRequestsTable").query(
        KeyConditionExpression="customerId = :c", ExpressionAttributeValues={":c": customer}
    )["Items"]
    assert ended["status"] == "FAILED"
    assert ended["error"] == "InvalidRequest"
    assert "allowed: " in ended["cause"]
    assert any(row["request"] == json.loads(rubbish) and row["status"] == "REJECTED" for row in rows)
    fault_report("StartExecution with rubbish, in the deployed assembly")


def described(sfn: Any, arn: str) -> Any:
    found = sfn.describe_execution(executionArn=arn)
    return found if found["status"] != "RUNNING" else None


def test_a_tps_record_that_cannot_be_used_says_why_and_leaves_the_tenant_running(
    tenant: TenantUnderTest, fault_report: FaultReport
) -> None:
    tenant.put_record(limit="ten")
    wait_until(
        lambda: "maximumConcurrentWorkflowExecutions" in tenant.row().get("reason", ""), "the reason is on the row"
    )

    tenant.send("after-a-bad-record")

    assert tenant.row()["status"] == "ACTIVE"
    assert tenant.wait_for("after-a-bad-record")["after-a-bad-record"]["status"] == "SUCCEEDED"
    tenant.put_record(limit=2)
    wait_until(lambda: "reason" not in tenant.row(), "the reason is gone")
    fault_report("a TPS record that cannot be used, in the deployed assembly")
