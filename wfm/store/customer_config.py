"""The TPS records, in WFM's own CustomerConfig or in the Tenant Provisioning Service's table."""

from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr, Key

from wfm.errors import InvalidRecord, Problem
from wfm.model.rows import Document
from wfm.store.items import replacing, to_attributes
from wfm.store.table_rows import rows_of, update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef as Value


class CustomerConfigTable:
    """Implements `functions.ports.CustomerConfig`. The predecessors' table has customerName as sort key."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str) -> Document | None:
        """The customer's record; InvalidRecord if there are several, as a rename leaves a second one."""
        records = self.all_of(customer_id)
        if len(records) > 1:
            names = ", ".join(sorted(str(record.get("customerName")) for record in records))
            raise InvalidRecord([Problem("customerName", f"{customer_id} has {len(records)} records ({names})", "one")])
        return records[0] if records else None

    def all_of(self, customer_id: str) -> list[Document]:
        """The customer's records, read consistently; none for an empty id, which DynamoDB refuses."""
        if not customer_id:
            return []
        condition = Key("customerId").eq(customer_id)
        return rows_of(self._table, dict[str, object], KeyConditionExpression=condition, ConsistentRead=True)

    def write(self, before: Document | None, after: Document) -> bool:
        """Turn the record that was read into this one, touching only what differs; False if it came or went."""
        key, old, known = self.key(after), before or {}, Attr("customerId")
        given = {name: value for name, value in after.items() if name not in key and old.get(name) != value}
        change = replacing(to_attributes(given), sorted(old.keys() - after.keys()))
        return update_if(self._table, key, known.exists() if before else known.not_exists(), change)

    def remove(self, record: Document) -> None:
        """Delete the record."""
        self._table.delete_item(Key=self.key(record))

    def key(self, record: Document) -> "dict[str, Value]":
        """The record's key; InvalidRecord when the record lacks a part of it."""
        names = [part["AttributeName"] for part in self._table.key_schema]
        missing = [name for name in names if not record.get(name)]
        if missing:
            raise InvalidRecord([Problem(missing[0], "is missing", "a text, as it is in this table's key")])
        return to_attributes({name: record[name] for name in names})
