"""Which tenant an AMC instance belongs to: a row `OWNER` in the partition `instance#<key>` of the Gate table."""

from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr

from wfm.store.schema import GATE
from wfm.store.table_rows import holds

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class InstanceOwnersTable:
    """Implements `functions.ports.InstanceOwners`. No customerId contains `#`, so the rows of semaphores differ."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def claim(self, instance_key: str, customer_id: str) -> str:
        """The owner, who is `customer_id` from now on if there was none."""
        row, free = (
            {**_key(instance_key), "owner": customer_id},
            Attr("owner").not_exists() | Attr("owner").eq(customer_id),
        )
        if holds(lambda: self._table.put_item(Item=row, ConditionExpression=free)):
            return customer_id
        item = self._table.get_item(Key=_key(instance_key), ConsistentRead=True).get("Item", {})
        return str(item.get("owner", ""))

    def release(self, instance_key: str, customer_id: str) -> None:
        """Give it up, if it is the customer's."""
        key, own = _key(instance_key), Attr("owner").eq(customer_id)
        holds(lambda: self._table.delete_item(Key=key, ConditionExpression=own))


def _key(instance_key: str) -> dict[str, str | int]:
    return GATE.key(f"instance#{instance_key}", "OWNER")
