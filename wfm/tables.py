"""Reading and writing WFM's tables. Keys are from the contract; a query always stays within one customer."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import Attr, Key

from functions.domain.workflow_sync.workflows import AMC_FIELDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

    from wfm.deployment import Deployment

Row = dict[str, Any]
AT_ONCE: Final = 100  # keys that one BatchGetItem takes


def storable(value: Any) -> Any:
    """A JSON value as boto3 wants it for DynamoDB: floats as Decimals."""
    match value:
        case float():
            return Decimal(str(value))
        case Mapping():
            return {key: storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
        case _:
            return value


def update(given: Mapping[str, Any], gone: Sequence[str]) -> dict[str, Any]:
    """The arguments of UpdateItem that set the given attributes and take others out; at least one of either."""
    names = {f"#{index}": name for index, name in enumerate([*given, *gone])}
    sets = [f"#{index} = :{index}" for index in range(len(given))]
    removes = [f"#{index}" for index in range(len(given), len(names))]
    clauses = [("SET ", sets), ("REMOVE ", removes)]
    values = {f":{index}": value for index, value in enumerate(given.values())}
    return {
        "UpdateExpression": " ".join(verb + ", ".join(items) for verb, items in clauses if items),
        "ExpressionAttributeNames": names,
    } | ({"ExpressionAttributeValues": values} if values else {})


class Tables:
    """WFM's tables of one deployment."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", deployment: "Deployment") -> None:
        self._dynamodb = dynamodb
        self._names = deployment

    def _get(self, table: str, key: Mapping[str, str]) -> Row | None:
        return self._dynamodb.Table(table).get_item(Key=dict(key), ConsistentRead=True).get("Item")

    def _query(self, table: str, customer_id: str, sort: tuple[str, str] | None = None, **more: Any) -> Iterator[Row]:
        condition: Any = Key("customerId").eq(customer_id)
        if sort:
            condition &= Key(sort[0]).begins_with(sort[1])
        arguments = {"KeyConditionExpression": condition, "ConsistentRead": True, **more}
        while True:
            page = self._dynamodb.Table(table).query(**arguments)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def tenant(self, customer_id: str) -> Row | None:
        """A row of Tenants."""
        return self._get(self._names.tenants_table, {"customerId": customer_id})

    def tenants(self) -> list[Row]:
        """Every tenant. A scan: for overviews and error messages only."""
        rows: list[Row] = []
        arguments: dict[str, Any] = {}
        while True:
            page = self._dynamodb.Table(self._names.tenants_table).scan(**arguments)
            rows += page["Items"]
            if "LastEvaluatedKey" not in page:
                return sorted(rows, key=lambda row: str(row["customerId"]))
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def wish(self, customer_id: str, **wishes: Any) -> bool:
        """Write down what is wanted of a tenant, for the onboarding to read; False if there is no such row."""
        try:
            self._dynamodb.Table(self._names.tenants_table).update_item(
                Key={"customerId": customer_id},
                ConditionExpression=Attr("customerId").exists(),
                **update(wishes, []),
            )
        except self._dynamodb.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def ask_for_drift_check(self, customer_id: str) -> None:
        """Let the tracker's next look at the tenant compare its workflows too."""
        self._dynamodb.Table(self._names.tenants_table).update_item(
            Key={"customerId": customer_id},
            ConditionExpression=Attr("customerId").exists(),
            **update({}, ["driftCheckedAt", "driftFailure"]),
        )

    def workflows(self, customer_id: str) -> list[Row]:
        """A customer's rows of Workflows, by id."""
        return list(self._query(self._names.workflows_table, customer_id))

    def remove_workflow(self, customer_id: str, workflow_id: str) -> None:
        """Take a row of Workflows out; WFM then takes the workflow out of AMC, and its schedules before it."""
        key = {"customerId": customer_id, "workflowId": workflow_id}
        self._dynamodb.Table(self._names.workflows_table).delete_item(Key=key)

    def workflow(self, customer_id: str, workflow_id: str) -> Row | None:
        """A row of Workflows."""
        return self._get(self._names.workflows_table, {"customerId": customer_id, "workflowId": workflow_id})

    def workflow_ids(self, customer_id: str) -> list[str]:
        """The ids of a customer's workflows."""
        rows = self._query(self._names.workflows_table, customer_id, ProjectionExpression="workflowId")
        return [str(row["workflowId"]) for row in rows]

    def request(self, customer_id: str, request_id: str) -> Row | None:
        """A row of ExecutionRequests."""
        return self._get(self._names.execution_requests_table, {"customerId": customer_id, "requestId": request_id})

    def requests(self, customer_id: str) -> Iterator[Row]:
        """All of a customer's rows in ExecutionRequests."""
        return self._query(self._names.execution_requests_table, customer_id)

    def backfill_requests(self, backfill_id: str) -> Iterator[Row]:
        """`customerId`, `requestId` and `status` of a backfill's requests that have arrived; a moment late."""
        arguments: dict[str, Any] = {"KeyConditionExpression": Key("backfillId").eq(backfill_id)}
        while True:
            page = self._dynamodb.Table(self._names.execution_requests_table).query(IndexName="backfillId", **arguments)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def execution(self, customer_id: str, workflow_execution_id: str) -> Row | None:
        """A row of Executions."""
        key = {"customerId": customer_id, "workflowExecutionId": workflow_execution_id}
        return self._get(self._names.executions_table, key)

    def executions(self, customer_id: str) -> Iterator[Row]:
        """All of a customer's rows in Executions."""
        return self._query(self._names.executions_table, customer_id)

    def gates(self, customer_ids: Sequence[str]) -> dict[str, Row]:
        """The row GATE of each of these customers that has one: `holders`, and `externalRunning`."""
        name = self._names.gate_table
        found: dict[str, Row] = {}
        left: list[Any] = [{"customerId": customer_id, "sk": "GATE"} for customer_id in customer_ids]
        while left:
            page: Any = self._dynamodb.batch_get_item(RequestItems={name: {"Keys": left[:AT_ONCE]}})
            found |= {str(row["customerId"]): row for row in page["Responses"].get(name, [])}
            left = left[AT_ONCE:] + page["UnprocessedKeys"].get(name, {}).get("Keys", [])
        return found

    def line(self, customer_id: str) -> list[str]:
        """Sort keys of those who wait for a slot, next one first."""
        rows = self._query(self._names.gate_table, customer_id, sort=("sk", "WAITER#"), ProjectionExpression="sk")
        return [str(row["sk"]) for row in rows]

    def put_workflow(self, customer_id: str, workflow_id: str, definition: Mapping[str, Any]) -> None:
        """Replace the definition in a row of Workflows, which is then not yet in AMC; other fields stay."""
        given = storable(definition) | {"syncStatus": "PENDING"}
        gone = sorted({*AMC_FIELDS, "syncReason", "syncExecution"} - {"workflowId"} - given.keys())
        self._dynamodb.Table(self._names.workflows_table).update_item(
            Key={"customerId": customer_id, "workflowId": workflow_id}, **update(given, gone)
        )
