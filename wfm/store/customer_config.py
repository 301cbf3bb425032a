"""The TPS records, in WFM's own CustomerConfig or in the Tenant Provisioning Service's table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from wfm.errors import InvalidRecord, Problem
from wfm.store.items import from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class CustomerConfigTable:
    """Keeps `functions.ports.CustomerConfig`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str) -> Mapping[str, Any] | None:
        """The customer's record. The predecessors' table has customerName as sort key: a rename leaves a second one."""
        page = self._table.query(KeyConditionExpression=Key("customerId").eq(customer_id), ConsistentRead=True)
        records = [from_item(item) for item in page["Items"]]
        if len(records) > 1:
            names = ", ".join(sorted(str(record.get("customerName")) for record in records))
            raise InvalidRecord([Problem("customerName", f"{customer_id} has {len(records)} records ({names})", "one")])
        return records[0] if records else None
