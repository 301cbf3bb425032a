"""One DynamoDB transaction, repeated while others are changing the same items."""

import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wfm.errors import GateContended
from wfm.store.items import is_conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

_TRIES = 12

Change = dict[str, Any]


def put(table: "Table", item: Mapping[str, Any], condition: str | None = None) -> Change:
    """Write an item, if `condition` holds for what is there."""
    change = {"TableName": table.name, "Item": item}
    return {"Put": change | ({"ConditionExpression": condition} if condition else {})}


def check(table: "Table", key: Mapping[str, str], condition: str) -> Change:
    """Change nothing, but let the transaction fail when `condition` does not hold."""
    return {"ConditionCheck": {"TableName": table.name, "Key": key, "ConditionExpression": condition}}


def delete(table: "Table", key: Mapping[str, str], condition: str | None = None, **values: Any) -> Change:
    """Delete an item; `values` are those of the placeholders `:name`."""
    change = {"TableName": table.name, "Key": key, **_values(values)}
    return {"Delete": change | ({"ConditionExpression": condition} if condition else {})}


def update(
    table: "Table",
    key: Mapping[str, str],
    expression: str,
    *,
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
    **values: Any,
) -> Change:
    """Change an item; `names` are those of the placeholders `#name`, `values` of `:name`."""
    change: dict[str, Any] = {"TableName": table.name, "Key": key, "UpdateExpression": expression, **_values(values)}
    change |= {"ConditionExpression": condition} if condition else {}
    return {"Update": change | ({"ExpressionAttributeNames": names} if names else {})}


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}


def transact(
    dynamodb: "DynamoDBServiceResource", *changes: Change, sleep: Callable[[float], None] = time.sleep
) -> None:
    """All `changes` or none. Raises GateContended after a dozen conflicts, a ClientError when a condition fails."""
    for attempt in range(_TRIES):
        try:
            dynamodb.meta.client.transact_write_items(TransactItems=list(changes))  # type: ignore[arg-type]
        except ClientError as exc:
            if not is_conflict(exc):
                raise
            sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))  # noqa: S311 (jitter, no secret)
        else:
            return
    raise GateContended(f"a transaction met {_TRIES} conflicts")
