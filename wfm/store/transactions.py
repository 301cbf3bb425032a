"""One DynamoDB transaction, repeated while others are changing the same items."""

import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from wfm.errors import GateContended
from wfm.store.items import is_conflict
from wfm.store.table_rows import RowKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table
    from mypy_boto3_dynamodb.type_defs import DeleteTypeDef, UpdateTypeDef
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef as Value
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef as Change

_TRIES = 12


def put(table: "Table", item: "Mapping[str, Value]", condition: str | None = None) -> "Change":
    """Write an item, if `condition` holds for what is there."""
    if condition is None:
        return {"Put": {"TableName": table.name, "Item": item}}
    return {"Put": {"TableName": table.name, "Item": item, "ConditionExpression": condition}}


def check(table: "Table", key: RowKey, condition: str) -> "Change":
    """Change nothing, but let the transaction fail when `condition` does not hold."""
    return {"ConditionCheck": {"TableName": table.name, "Key": key, "ConditionExpression": condition}}


def delete(table: "Table", key: RowKey, condition: str | None = None, **values: "Value") -> "Change":
    """Delete an item; `values` are those of the placeholders `:name`."""
    change: DeleteTypeDef = {"TableName": table.name, "Key": key}
    if condition:
        change["ConditionExpression"] = condition
    if values:
        change["ExpressionAttributeValues"] = _values(values)
    return {"Delete": change}


def update(
    table: "Table",
    key: RowKey,
    expression: str,
    values: "Mapping[str, Value] | None" = None,
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
) -> "Change":
    """Change an item; `names` are those of the placeholders `#name`, `values` of `:name`."""
    change: UpdateTypeDef = {"TableName": table.name, "Key": key, "UpdateExpression": expression}
    if values:
        change["ExpressionAttributeValues"] = _values(values)
    if condition:
        change["ConditionExpression"] = condition
    if names:
        change["ExpressionAttributeNames"] = names
    return {"Update": change}


def _values(values: "Mapping[str, Value]") -> "dict[str, Value]":
    return {f":{name}": value for name, value in values.items()}


def transact(
    dynamodb: "DynamoDBServiceResource", *changes: "Change", sleep: Callable[[float], None] = time.sleep
) -> None:
    """All `changes` or none. Raises GateContended after a dozen conflicts, a ClientError when a condition fails."""
    for attempt in range(_TRIES):
        try:
            dynamodb.meta.client.transact_write_items(TransactItems=list(changes))
        except ClientError as exc:
            if not is_conflict(exc):
                raise
            sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))  # noqa: S311 (jitter, no secret)
        else:
            return
    raise GateContended(f"a transaction met {_TRIES} conflicts")
