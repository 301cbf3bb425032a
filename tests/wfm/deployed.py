"""WFM's tables and queues in moto, with what a test puts into them."""

from functools import cache
from typing import Any

import boto3

from tests.emulated_aws import put_tables
from tests.tables import create
from wfm import Connection, Wfm
from wfm.client.deployment import Deployment
from wfm.model.priorities import PRIORITIES
from wfm.model.semaphore import SlotRequest
from wfm.store.schema import TABLES
from wfm.store.semaphore_table import SemaphoreTable

ACCOUNT: dict[str, Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "testing",
    "aws_secret_access_key": "testing",
}

DEPLOYMENT = Deployment(
    stack="wfm-demoteam-amcdataset",
    customer_config_table="CustomerConfig",
    tenants_table="Tenants",
    workflow_library_table="WorkflowLibrary",
    workflows_table="Workflows",
    schedules_table="Schedules",
    execution_requests_table="ExecutionRequests",
    executions_table="Executions",
    gate_table="Gate",
    execution_lifecycle_arn="arn:aws:states:us-east-1:123456789012:stateMachine:execution_lifecycle",
    execution_tracking_arn="arn:aws:states:us-east-1:123456789012:stateMachine:execution_tracking",
    tenant_onboarding_arn="arn:aws:states:us-east-1:123456789012:stateMachine:tenant_onboarding",
    tenant_offboarding_arn="arn:aws:states:us-east-1:123456789012:stateMachine:tenant_offboarding",
    backfill_arn="arn:aws:states:us-east-1:123456789012:stateMachine:backfill",
    library_rollout_arn="arn:aws:states:us-east-1:123456789012:stateMachine:library_rollout",
    workflow_sync_arn="arn:aws:states:us-east-1:123456789012:stateMachine:workflow_sync",
    amc_credentials_secret_arn="arn:secret",
)


@cache
def session() -> boto3.Session:
    """The one of all tests, which makes each client once: to make one takes longer than most tests."""
    shared: Any = boto3.Session(**ACCOUNT)
    shared.client, shared.resource = cache(shared.client), cache(shared.resource)
    made: boto3.Session = shared
    return made


@cache
def dynamodb() -> Any:
    """The tests' own, apart from the resource of the client: what that calls can be counted."""
    return boto3.resource("dynamodb", **ACCOUNT)


@cache
def sqs() -> Any:
    return boto3.client("sqs", **ACCOUNT)


def _create_tables() -> None:
    for schema in TABLES:
        create(dynamodb(), schema)


class Deployed:
    """What a test may put into the deployment, and read."""

    def __init__(self) -> None:
        self._tables = dynamodb()
        put_tables("wfm", _create_tables)
        self.wfm = Wfm(connection=Connection())
        self._sqs = sqs()

    def table(self, name: str) -> Any:
        return self._tables.Table(name)

    def put_tenant(self, customer_id: str = "acme", status: str = "ACTIVE", **changes: Any) -> str:
        """The URL of its queue."""
        url: str = self._sqs.create_queue(QueueName=f"{customer_id}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        self.put_row(customer_id, status, queueUrl=url, **changes)
        return url

    def put_row(self, customer_id: str, status: str = "ACTIVE", **changes: Any) -> None:
        row = {
            "customerId": customer_id,
            "status": status,
            "amcInstanceId": "amc1",
            "maximumConcurrentWorkflowExecutions": 2,
        }
        self.table("Tenants").put_item(Item=row | changes)

    def put_gate(self, customer_id: str, holders: set[str], external: int = 0) -> None:
        row = {"customerId": customer_id, "sk": "GATE", "holders": holders, "externalRunning": external}
        self.table("Gate").put_item(Item=row)

    def put_workflow(self, workflow_id: str = "reach", customer_id: str = "acme") -> None:
        row = {"customerId": customer_id, "workflowId": workflow_id, "syncStatus": "SYNCED", "sqlQuery": "SELECT 1"}
        self.table("Workflows").put_item(Item=row)

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
        self.table("ExecutionRequests").put_item(Item=row | changes)

    def put_execution(self, execution_id: str = "e1", status: str = "RUNNING", **changes: Any) -> None:
        row = {
            "customerId": "acme",
            "workflowExecutionId": execution_id,
            "workflowId": "reach",
            "executionStatus": status,
            "source": "external",
            "createTime": "2026-11-23T14:00:00Z",
        }
        self.table("Executions").put_item(Item=row | changes)

    def put_waiter(self, request_id: str, priority: int = 0, arrival: str = "2026-11-23T14:20:49.000Z") -> None:
        waiter = SlotRequest("acme", request_id, PRIORITIES[priority], arrival, "arn:lifecycle", "token")
        assert SemaphoreTable(self._tables, self.table("Gate")).enter(waiter)

    def messages(self, queue_url: str) -> list[Any]:
        """The messages in a queue with their attributes; they stay in flight."""
        answer = self._sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"])
        return list(answer.get("Messages", []))
