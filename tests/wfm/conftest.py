"""A WFM that is deployed in moto: the stack with its outputs, the tables and one tenant's queue. No handlers run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from wfm import Connection, Wfm

STACK = "wfm-demoteam-amcdataset"
SORT_KEYS = {
    "CustomerConfig": None,
    "Tenants": None,
    "Workflows": "workflowId",
    "ExecutionRequests": "requestId",
    "Executions": "workflowExecutionId",
    "Gate": "sk",
}


def _table(sort_key: str | None) -> dict[str, Any]:
    names = ["customerId", *([sort_key] if sort_key else [])]
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
            "KeySchema": [
                {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
            ],
        },
    }


def template() -> str:
    outputs = {f"{name}Table": {"Value": {"Ref": name}} for name in SORT_KEYS}
    arns = ("ExecutionLifecycleArn", "ExecutionTrackingArn", "AmcCredentialsSecretArn")
    return json.dumps(
        {
            "Resources": {name: _table(key) for name, key in SORT_KEYS.items()},
            "Outputs": outputs | {name: {"Value": f"arn:{name}"} for name in arns},
        }
    )


class Deployed:
    """What a test may put into the deployment, and look at."""

    def __init__(self) -> None:
        boto3.client("cloudformation").create_stack(StackName=STACK, TemplateBody=template())
        self.wfm = Wfm(connection=Connection())
        self._sqs = boto3.client("sqs")
        self._tables = boto3.resource("dynamodb")

    def table(self, name: str) -> Any:
        return self._tables.Table(getattr(self.wfm.aws.deployment, name))

    def put_tenant(self, customer_id: str = "acme", status: str = "ACTIVE", **changes: Any) -> str:
        """The URL of its queue."""
        url: str = self._sqs.create_queue(QueueName=f"{customer_id}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        row = {
            "customerId": customer_id,
            "status": status,
            "queueUrl": url,
            "amcInstanceId": "amc1",
            "maximumConcurrentWorkflowExecutions": 2,
        }
        self.table("tenants_table").put_item(Item=row | changes)
        return url

    def put_workflow(self, workflow_id: str = "reach", customer_id: str = "acme") -> None:
        row = {"customerId": customer_id, "workflowId": workflow_id, "syncStatus": "SYNCED", "sqlQuery": "SELECT 1"}
        self.table("workflows_table").put_item(Item=row)

    def put_request(self, request_id: str = "r1", status: str = "QUEUED", **changes: Any) -> None:
        row = {
            "customerId": "acme",
            "requestId": request_id,
            "workflowId": "reach",
            "status": status,
            "source": "wfm run",
            "priority": "interactive",
            "requestedAt": "2026-11-23T14:20:49.000Z",
            "queuedAt": "2026-11-23T14:20:49.000Z",
            "attempts": 0,
        }
        self.table("execution_requests_table").put_item(Item=row | changes)

    def put_execution(self, execution_id: str = "e1", status: str = "RUNNING", **changes: Any) -> None:
        row = {
            "customerId": "acme",
            "workflowExecutionId": execution_id,
            "workflowId": "reach",
            "executionStatus": status,
            "source": "external",
            "createTime": "2026-11-23T14:00:00Z",
        }
        self.table("executions_table").put_item(Item=row | changes)

    def put_waiter(self, request_id: str, priority: int = 0, arrival: str = "2026-11-23T14:20:49.000Z") -> None:
        row = {"customerId": "acme", "sk": f"WAITER#{priority}#{arrival}#{request_id}"}
        self.table("gate_table").put_item(Item=row)

    def messages(self, queue_url: str) -> list[dict[str, Any]]:
        """The messages in a queue with their attributes; they stay in flight."""
        answer = self._sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"])
        return list(answer.get("Messages", []))


@pytest.fixture
def aws_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only moto's AWS, and no local runtime of the developer's."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "WFM_LOCAL", "WFM_TEAM", "WFM_DATASET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def deployed(aws_settings: None) -> Iterator[Deployed]:
    with mock_aws():
        yield Deployed()
