"""Conditional writes: whether they were made, and the row that they made."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wfm.store.items import from_item, is_failed_condition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def holds(write: Callable[[], object]) -> bool:
    """Whether the condition of the write held, so that it was made."""
    try:
        write()
    except ClientError as exc:
        if is_failed_condition(exc):
            return False
        raise
    return True


def row_after(table: "Table", key: Mapping[str, Any], condition: Any, **update: Any) -> Mapping[str, Any] | None:
    """The row after the update; None when the condition did not hold."""
    try:
        answer = table.update_item(Key=key, ConditionExpression=condition, ReturnValues="ALL_NEW", **update)
    except ClientError as exc:
        if is_failed_condition(exc):
            return None
        raise
    return from_item(answer["Attributes"])
