"""The tables of the stack in moto."""

from typing import TYPE_CHECKING, Any

from tests.emulated_aws import put_tables
from wfm.store.schema import Index
from wfm.store.schema import Table as Schema

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table


def create(dynamodb: "DynamoDBServiceResource", schema: Schema) -> "Table":
    attributes = {*schema.keys, *(key for index in schema.indexes for key in index.keys)}
    indexes: Any = {"GlobalSecondaryIndexes": [_index(index) for index in schema.indexes]} if schema.indexes else {}
    return dynamodb.create_table(
        TableName=schema.name,
        KeySchema=key_schema(schema.keys),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "N" if name in schema.numbers else "S"}
            for name in sorted(attributes)
        ],
        BillingMode="PAY_PER_REQUEST",
        **indexes,
    )


def put(dynamodb: "DynamoDBServiceResource", schema: Schema) -> "Table":
    """The table as the first test made it."""
    put_tables(f"table {schema.name}", lambda: create(dynamodb, schema))
    return dynamodb.Table(schema.name)


def key_schema(keys: tuple[str, ...]) -> list[Any]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]


def _index(index: Index) -> dict[str, Any]:
    kind = "ALL" if index.only is None else "INCLUDE" if index.only else "KEYS_ONLY"
    projection: dict[str, Any] = {"ProjectionType": kind} | ({"NonKeyAttributes": [*index.only]} if index.only else {})
    return {"IndexName": index.name, "KeySchema": key_schema(index.keys), "Projection": projection}
