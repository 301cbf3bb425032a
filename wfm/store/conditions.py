"""Conditional writes: whether they were made, and the row that they made."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import ConditionBase
from botocore.exceptions import ClientError

from wfm.store.items import Shape, Update, from_item, is_failed_condition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef as Value

Key = Mapping[str, "Value"]


def holds(write: Callable[[], object]) -> bool:
    """Whether the condition of the write held, so that it was made."""
    try:
        write()
    except ClientError as exc:
        if is_failed_condition(exc):
            return False
        raise
    return True


def update_if(table: "Table", key: Key, condition: ConditionBase, update: Update) -> bool:
    """Whether the condition held, so that the row was updated."""
    return holds(lambda: table.update_item(Key=key, ConditionExpression=condition, **update))


def row_after(
    table: "Table", key: Key, condition: ConditionBase, update: Update, shape: Callable[..., Shape]
) -> Shape | None:
    """The row after the update; None when the condition did not hold."""
    try:
        answer = table.update_item(Key=key, ConditionExpression=condition, ReturnValues="ALL_NEW", **update)
    except ClientError as exc:
        if is_failed_condition(exc):
            return None
        raise
    return from_item(answer["Attributes"], shape)
