"""What the client reads of all tables by key, and writes of tenants and workflows; each query is of one customer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key

from wfm.model.semaphore import Semaphore
from wfm.model.workflows import AMC_FIELDS
from wfm.store.conditions import holds
from wfm.store.items import from_item, replacing, storable
from wfm.store.pages import rows
from wfm.store.schema import BY_BACKFILL, EXECUTIONS, REQUESTS, TENANTS, WORKFLOWS, TableNames
from wfm.store.semaphore_table import read_semaphores, waiting_requests

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

Row = dict[str, Any]


class Tables:
    """WFM's tables of one deployment."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", names: TableNames) -> None:
        self._dynamodb = dynamodb
        self._names = names

    def _get(self, table: str, key: Mapping[str, str]) -> Row | None:
        item = self._dynamodb.Table(table).get_item(Key=dict(key), ConsistentRead=True).get("Item")
        return from_item(item) if item else None

    def _query(self, table: str, customer_id: str, **more: Any) -> Iterator[Row]:
        query, condition = self._dynamodb.Table(table).query, Key("customerId").eq(customer_id)
        return rows(query, KeyConditionExpression=condition, ConsistentRead=True, **more)

    def tenant(self, customer_id: str) -> Row | None:
        """A row of Tenants."""
        return self._get(self._names.tenants_table, TENANTS.key(customer_id))

    def tenants(self) -> list[Row]:
        """Every tenant. A scan: for overviews and error messages only."""
        found = rows(self._dynamodb.Table(self._names.tenants_table).scan)
        return sorted(found, key=lambda row: str(row["customerId"]))

    def wish(self, customer_id: str, **wishes: Any) -> bool:
        """Write down what is wanted of a tenant, for the onboarding to read; False if there is no such row."""
        table, known = self._dynamodb.Table(self._names.tenants_table), Attr("customerId").exists()
        return holds(
            lambda: table.update_item(Key=TENANTS.key(customer_id), ConditionExpression=known, **replacing(wishes))
        )

    def ask_for_drift_check(self, customer_id: str) -> None:
        """Let the tracker's next look at the tenant compare its workflows too."""
        self._dynamodb.Table(self._names.tenants_table).update_item(
            Key=TENANTS.key(customer_id),
            ConditionExpression=Attr("customerId").exists(),
            **replacing({}, ["driftCheckedAt", "driftFailure"]),
        )

    def workflows(self, customer_id: str) -> list[Row]:
        """A customer's rows of Workflows, by id."""
        return list(self._query(self._names.workflows_table, customer_id))

    def remove_workflow(self, customer_id: str, workflow_id: str) -> None:
        """Take a row of Workflows out; WFM then takes the workflow out of AMC, and its schedules before it."""
        self._dynamodb.Table(self._names.workflows_table).delete_item(Key=WORKFLOWS.key(customer_id, workflow_id))

    def workflow(self, customer_id: str, workflow_id: str) -> Row | None:
        """A row of Workflows."""
        return self._get(self._names.workflows_table, WORKFLOWS.key(customer_id, workflow_id))

    def workflow_ids(self, customer_id: str) -> list[str]:
        """The ids of a customer's workflows."""
        found = self._query(self._names.workflows_table, customer_id, ProjectionExpression="workflowId")
        return [str(row["workflowId"]) for row in found]

    def request(self, customer_id: str, request_id: str) -> Row | None:
        """A row of ExecutionRequests."""
        return self._get(self._names.execution_requests_table, REQUESTS.key(customer_id, request_id))

    def requests(self, customer_id: str) -> Iterator[Row]:
        """All of a customer's rows in ExecutionRequests."""
        return self._query(self._names.execution_requests_table, customer_id)

    def backfill_requests(self, backfill_id: str) -> Iterator[Row]:
        """`customerId`, `requestId` and `status` of a backfill's requests that have arrived; a moment late."""
        query = self._dynamodb.Table(self._names.execution_requests_table).query
        return rows(query, IndexName=BY_BACKFILL.name, KeyConditionExpression=Key("backfillId").eq(backfill_id))

    def execution(self, customer_id: str, workflow_execution_id: str) -> Row | None:
        """A row of Executions."""
        return self._get(self._names.executions_table, EXECUTIONS.key(customer_id, workflow_execution_id))

    def executions(self, customer_id: str) -> Iterator[Row]:
        """All of a customer's rows in Executions."""
        return self._query(self._names.executions_table, customer_id)

    def gates(self, customer_ids: Sequence[str]) -> dict[str, Semaphore]:
        """The semaphore of each of these customers."""
        return read_semaphores(self._dynamodb.batch_get_item, self._names.gate_table, customer_ids)

    def line(self, customer_id: str) -> list[str]:
        """The ids of the requests that wait for a slot, the next one first."""
        waiting = waiting_requests(self._dynamodb.meta.client.query, self._names.gate_table, customer_id)
        return [request.request_id for request in waiting]

    def put_workflow(self, customer_id: str, workflow_id: str, definition: Mapping[str, Any]) -> None:
        """Replace the definition in a row of Workflows, which is then not yet in AMC; other fields stay."""
        given = storable(definition) | {"syncStatus": "PENDING"}
        gone = sorted({*AMC_FIELDS, "syncReason", "syncExecution"} - {"workflowId"} - given.keys())
        self._dynamodb.Table(self._names.workflows_table).update_item(
            Key=WORKFLOWS.key(customer_id, workflow_id), **replacing(given, gone)
        )
