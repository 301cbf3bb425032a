"""The rows of Schedules: people's wishes, beside which WFM notes how they stand."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key

from wfm.client.items import Row, rows, storable, update
from wfm.client.records import plain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class ScheduleTable:
    """WFM carries out every change that it finds on the table's stream."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str, name: str) -> Row | None:
        """One row."""
        item = self._table.get_item(Key=_key(customer_id, name), ConsistentRead=True).get("Item")
        return plain(item) if item else None

    def of_tenant(self, customer_id: str) -> list[Row]:
        """A tenant's rows, by name."""
        return self._rows(self._table.query, KeyConditionExpression=Key("customerId").eq(customer_id))

    def all(self) -> list[Row]:
        """Every tenant's rows, by customer and name. A scan: for overviews only."""
        return sorted(self._rows(self._table.scan), key=lambda row: (str(row["customerId"]), str(row["Name"])))

    def _rows(self, read: Any, **arguments: Any) -> list[Row]:
        return [plain(row) for row in rows(read, ConsistentRead=True, **arguments)]

    def set(self, customer_id: str, name: str, given: Mapping[str, Any], gone: Sequence[str]) -> None:
        """Set fields and take others out, making the row if need be; WFM's own fields stay."""
        self._table.update_item(Key=_key(customer_id, name), **update(storable(given), gone))

    def pause(self, customer_id: str, name: str, *, paused: bool) -> bool:
        """Say whether it is paused; False if there is no such row."""
        change = update({"paused": True}, []) if paused else update({}, ["paused"])
        return self._if_there(lambda **only: self._table.update_item(Key=_key(customer_id, name), **change, **only))

    def remove(self, customer_id: str, name: str) -> bool:
        """Delete the row; False if there is none."""
        return self._if_there(lambda **only: self._table.delete_item(Key=_key(customer_id, name), **only))

    def _if_there(self, write: Any) -> bool:
        try:
            write(ConditionExpression=Attr("Name").exists())
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _key(customer_id: str, name: str) -> dict[str, str]:
    return {"customerId": customer_id, "Name": name}
