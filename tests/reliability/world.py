"""All ports of the lifecycle with their real adapters; DynamoDB is moto's, AMC and Step Functions are in memory."""

import json
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeSerializer
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from functions.aws.announcer import EventsAndTopics
from functions.aws.tasks import StepFunctions
from tests.adapters.builders import a_tenant_row
from tests.fakes import FakeAmc, FakeClock, FakeDeliveryOrders, FakeMetrics, World
from tests.reliability.calls import AMC_CALLS, WRITES, Calls, Counted, tables_in
from tests.reliability.states import EventsClient, SnsClient, StatesClient
from wfm.store.account_slots import AccountSlotsTable
from wfm.store.chains_table import ChainsTable
from wfm.store.durations_table import DurationsTable
from wfm.store.executions_table import ExecutionsTable
from wfm.store.items import from_item, to_item
from wfm.store.requests_table import RequestsTable
from wfm.store.schedules_table import SchedulesTable
from wfm.store.schema import EXECUTIONS, GATE, REQUESTS, SCHEDULES, TENANTS, WORKFLOWS
from wfm.store.semaphore_table import SemaphoreTable
from wfm.store.tenants_table import TenantsTable
from wfm.store.workflows_table import WorkflowsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

TABLES = (REQUESTS, EXECUTIONS, GATE, SCHEDULES, TENANTS, WORKFLOWS)
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:lifecycle"


class CountedWorld:
    """One tenant's world. What it tells the outside is counted in `calls`; `stream` is that of Executions."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", customer_id: str, limit: int = 2) -> None:
        self.customer_id = customer_id
        self.calls, self.clock, self.metrics = Calls(), FakeClock(), FakeMetrics()
        self.begun: list[tuple[str, Any]] = []
        self.stream: list[dict[str, Any]] = []
        self.announcements = 0  # calls of AnnounceExecution, each for a record of the stream
        self.states = StatesClient(lambda name, given: self.begun.append((name, json.loads(given))))
        self.events, self.sns, self.true_amc = EventsClient(), SnsClient(), FakeAmc(self.clock)
        self.rows = {table.name: dynamodb.Table(table.name) for table in TABLES}
        empty_tables()
        self.amc = Counted(self.true_amc, self.calls, *AMC_CALLS)
        self.requests = RequestsTable(self.rows["ExecutionRequests"], self.rows["Tenants"])
        self.chains = ChainsTable(self.rows["ExecutionRequests"])
        self.executions = ExecutionsTable(dynamodb, self.rows["Executions"], self.rows["ExecutionRequests"])
        self.semaphores = SemaphoreTable(dynamodb, self.rows["Gate"])
        self.account_slots = AccountSlotsTable(self.rows["Gate"])
        self.tenants = TenantsTable(self.rows["Tenants"])
        self.workflows = WorkflowsTable(self.rows["Workflows"])
        self.durations = DurationsTable(self.rows["Gate"], self.rows["Workflows"])
        self.schedules = SchedulesTable(self.rows["Schedules"])
        states: Any = Counted(self.states, self.calls, "start_execution", "send_task_success")
        events: Any = Counted(self.events, self.calls, "put_events")
        sns: Any = Counted(self.sns, self.calls, "publish")
        self.tasks = StepFunctions(states, sleep=lambda _: None)
        self.announcer = EventsAndTopics(events, sns, "topic", self.tenants.find, self.clock)
        self.queues, self.delivery_orders = World().queues, FakeDeliveryOrders(is_there=False)
        self.settings = World().settings
        self.settings.execution_lifecycle_arn = MACHINE
        self._known: dict[str, dict[str, Any]] = {}
        checked = "2026-11-24T11:59:00.000Z"  # a day later than NOON: no check of drift is due
        row = a_tenant_row(customer_id, maximumConcurrentWorkflowExecutions=limit, driftCheckedAt=checked)
        self.rows["Tenants"].put_item(Item=to_item(row))
        self.rows["Workflows"].put_item(Item={"customerId": customer_id, "workflowId": "reach", "syncStatus": "SYNCED"})
        self._count(dynamodb.meta.client)

    def _count(self, client: Any) -> None:
        """From now on DynamoDB's calls count, and writes to Executions reach the stream."""
        plain = getattr(client, "uncounted", client._make_api_call)
        client.uncounted = plain

        def counted(operation: str, params: dict[str, Any]) -> Any:
            tables = tables_in(operation, params)
            if operation not in WRITES:
                self.calls.look(f"{operation} {'+'.join(tables)}")
                return plain(operation, params)

            def write() -> Any:
                answer = plain(operation, params)
                if "Executions" in tables:
                    self._follow(plain)
                return answer

            return self.calls.make(f"{operation} {'+'.join(tables)}", write)

        client._make_api_call = counted

    def _follow(self, plain: Any) -> None:
        mine = {":c": self.customer_id}
        query = {"KeyConditionExpression": "customerId = :c", "ExpressionAttributeValues": mine}
        for item in plain("Query", {"TableName": "Executions", **query})["Items"]:
            new, old = dict(item), self._known.get(item["workflowExecutionId"])
            if new != old:
                images = {"OldImage": old, "NewImage": new}
                self.stream.append({name: _image(row) for name, row in images.items() if row is not None})
            self._known[item["workflowExecutionId"]] = new

    def request(self, request_id: str = "r1") -> dict[str, Any]:
        """The request's row."""
        return dict(self.requests.find(self.customer_id, request_id) or {})

    def told(self) -> list[tuple[str, str]]:
        """What EventBridge got of runs and requests: whose status, and which."""
        details = [json.loads(detail) for detail in self.events.details]
        return [
            (detail.get("workflowExecutionId") or detail["requestId"], detail["executionStatus"])
            for detail in details
            if "executionStatus" in detail
        ]


def empty_tables() -> None:
    """By moto's own means: it copies all of its tables for each transaction, so that rows of walks before cost time."""
    for table in dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables.values():
        table.items.clear()


def _image(row: dict[str, Any]) -> dict[str, Any]:
    return {key: TypeSerializer().serialize(value) for key, value in to_item(from_item(row, dict[str, object])).items()}
