"""The TPS records in CustomerConfig: checked before they are written, changed field by field, removed."""

from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr, Key

from wfm.errors import InvalidRecord, Problem, UsageError
from wfm.model import json_schema
from wfm.model.onboarding import read_record
from wfm.store.items import plain, replacing, storable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


def problems(record: object) -> list[Problem]:
    """Each field that does not keep the published schema, with what is allowed."""
    return json_schema.problems("tps_record", record)


def check(record: object) -> None:
    """InvalidRecord names every field that the onboarding would refuse, and what is allowed there."""
    if not isinstance(record, dict):
        raise InvalidRecord([Problem("the record", f"{record!r:.80} is no object", "a JSON object")])
    read_record(record, problems)


class TpsRecords:
    """CustomerConfig: WFM's own table, or the Tenant Provisioning Service's, which may have a sort key."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str) -> None:
        self._table = dynamodb.Table(table)

    def find(self, customer_id: str) -> dict[str, object] | None:
        """The customer's record as stored; InvalidRecord if there is more than one."""
        found = self.all_of(customer_id)
        if len(found) > 1:
            names = ", ".join(sorted(str(record.get("customerName")) for record in found))
            raise InvalidRecord([Problem("customerName", f"{customer_id} has {len(found)} records ({names})", "one")])
        return found[0] if found else None

    def all_of(self, customer_id: str) -> list[dict[str, object]]:
        """A table whose sort key is customerName has one record for each name that a customer has had."""
        found = self._table.query(KeyConditionExpression=Key("customerId").eq(customer_id), ConsistentRead=True)[
            "Items"
        ]
        return [dict(record) for record in found]

    def check(self, before: dict[str, object] | None, after: dict[str, object]) -> None:
        """InvalidRecord if the onboarding would refuse the new record, or if the table cannot hold it as the same."""
        check(plain(after))
        key, old = self._key(after), before or after
        changed = [name for name in key if key[name] != old[name]]
        if changed:
            raise InvalidRecord([Problem(changed[0], "is in this table's key", "remove the tenant and add it anew")])

    def write(self, before: dict[str, object] | None, after: dict[str, object]) -> None:
        """Turn the record that was read into this one, touching only what differs. UsageError if it came or went."""
        key, old = self._key(after), before or {}
        given = {name: storable(value) for name, value in after.items() if name not in key and old.get(name) != value}
        known = Attr("customerId")
        try:
            self._table.update_item(
                Key=key,
                ConditionExpression=known.exists() if before else known.not_exists(),
                **replacing(given, sorted(old.keys() - after.keys())),
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException as exc:
            raise UsageError(f"{after['customerId']}: somebody else changed its record just now; try again") from exc

    def remove(self, record: dict[str, object]) -> None:
        """Delete the record."""
        self._table.delete_item(Key=self._key(record))

    def _key(self, record: dict[str, object]) -> dict[str, str]:
        names = [part["AttributeName"] for part in self._table.key_schema]
        missing = [name for name in names if not record.get(name)]
        if missing:
            raise InvalidRecord([Problem(missing[0], "is missing", "a text, as it is in this table's key")])
        return {name: str(record[name]) for name in names}
