"""The rows of Schedules: people's wishes, beside which WFM notes how they stand."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key

from wfm.store.items import plain, replacing, storable
from wfm.store.pages import rows_of, scanned

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class ScheduleTable:
    """WFM carries out every change that it finds on the table's stream."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str, name: str) -> dict[str, Any] | None:
        """One row."""
        item = self._table.get_item(Key=_key(customer_id, name), ConsistentRead=True).get("Item")
        return plain(item) if item else None

    def of_tenant(self, customer_id: str) -> list[Mapping[str, Any]]:
        """A tenant's rows, by name."""
        return rows_of(self._table, KeyConditionExpression=Key("customerId").eq(customer_id), ConsistentRead=True)

    def all(self) -> list[Mapping[str, Any]]:
        """Every tenant's rows, by customer and name. A scan: for overviews only."""
        return sorted(scanned(self._table), key=lambda row: (str(row["customerId"]), str(row["Name"])))

    def set(self, customer_id: str, name: str, given: Mapping[str, Any], gone: Sequence[str]) -> None:
        """Set fields and take others out, making the row if need be; WFM's own fields stay."""
        self._table.update_item(Key=_key(customer_id, name), **replacing(storable(given), gone))

    def pause(self, customer_id: str, name: str, *, paused: bool) -> bool:
        """Say whether it is paused; False if there is no such row."""
        change = replacing({"paused": True} if paused else {}, gone=() if paused else ["paused"])
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
