"""Which tenant an AMC instance belongs to: a row `OWNER` in the partition `instance#<key>` of the Gate table."""

from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr
from botocore.exceptions import ClientError

from wfm.store.items import is_failed_condition
from wfm.store.schema import GATE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class InstanceOwnersTable:
    """Keeps `functions.ports.InstanceOwners`. `#` can stand in no customerId, so no gate is ever met."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def claim(self, instance_key: str, customer_id: str) -> str:
        """The owner, who is `customer_id` from now on if there was none."""
        free = Attr("owner").not_exists() | Attr("owner").eq(customer_id)
        try:
            self._table.put_item(Item={**_key(instance_key), "owner": customer_id}, ConditionExpression=free)
        except ClientError as exc:
            if not is_failed_condition(exc):
                raise
            item = self._table.get_item(Key=_key(instance_key), ConsistentRead=True).get("Item", {})
            return str(item.get("owner", ""))
        return customer_id

    def release(self, instance_key: str, customer_id: str) -> None:
        """Give it up, if it is the customer's."""
        try:
            self._table.delete_item(Key=_key(instance_key), ConditionExpression=Attr("owner").eq(customer_id))
        except ClientError as exc:
            if not is_failed_condition(exc):
                raise


def _key(instance_key: str) -> dict[str, Any]:
    return GATE.key(f"instance#{instance_key}", "OWNER")
