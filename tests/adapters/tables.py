"""The tables of the stack as these tests make them; `test_tables.py` holds the two together."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.emulated_aws import put_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table


@dataclass(frozen=True)
class Shape:
    """Key attributes (strings but for `numbers`), and by index name its keys and whether it holds keys only."""

    keys: tuple[str, ...]
    indexes: dict[str, tuple[tuple[str, ...], bool]] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()


SHAPES = {
    "CustomerConfig": Shape(("customerId",)),
    "Tenants": Shape(
        ("customerId",),
        {"status-nextPollAt": (("status", "nextPollAt"), False), "bucketName": (("bucketName",), True)},
    ),
    "WorkflowLibrary": Shape(("workflowId", "version"), numbers=frozenset({"version"})),
    "Workflows": Shape(("customerId", "workflowId"), {"workflowId": (("workflowId", "customerId"), False)}),
    "ExecutionRequests": Shape(
        ("customerId", "requestId"),
        {"requestedAt": (("customerId", "requestedAt"), False), "backfillId": (("backfillId", "status"), True)},
    ),
    "Executions": Shape(
        ("customerId", "workflowExecutionId"),
        {
            "unsettled": (("customerId", "unsettledSince"), False),
            "createTime": (("customerId", "createTime"), False),
        },
    ),
    "Schedules": Shape(("customerId", "Name"), {"catchUp": (("catchUp",), True)}),
    "Gate": Shape(("customerId", "sk")),
    "AccessTokens": Shape(("authId",)),
}


def create(dynamodb: "DynamoDBServiceResource", name: str) -> "Table":
    shape = SHAPES[name]
    attributes = {*shape.keys, *(key for keys, _ in shape.indexes.values() for key in keys)}
    indexes: list[Any] = [
        {
            "IndexName": index,
            "KeySchema": key_schema(keys),
            "Projection": {"ProjectionType": "KEYS_ONLY" if keys_only else "ALL"},
        }
        for index, (keys, keys_only) in shape.indexes.items()
    ]
    options: Any = {"GlobalSecondaryIndexes": indexes} if indexes else {}
    return dynamodb.create_table(
        TableName=name,
        KeySchema=key_schema(shape.keys),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "N" if name in shape.numbers else "S"}
            for name in sorted(attributes)
        ],
        BillingMode="PAY_PER_REQUEST",
        **options,
    )


def put(dynamodb: "DynamoDBServiceResource", name: str) -> "Table":
    """The table as the first test made it."""
    put_tables(f"adapters: {name}", lambda: create(dynamodb, name))
    return dynamodb.Table(name)


def key_schema(keys: tuple[str, ...]) -> list[Any]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
