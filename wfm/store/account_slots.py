"""The slots that the tenants of an AMC account share: a row `SLOTS` in the partition `account#<id>` of the Gate table.

`holders` is a set of `customerId.requestId`, and `customerId.~number` for runs that others started; `waiting` are the
tenants that found no slot free. `#` can stand in no customerId.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from wfm.model.semaphore import AccountState
from wfm.store.items import Update, from_item
from wfm.store.schema import GATE
from wfm.store.table_rows import find_row, holds

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class _SlotsRow(TypedDict, total=False):
    customerId: str
    sk: str
    holders: set[str]
    waiting: set[str]


class AccountSlotsTable:
    """Implements `functions.ports.AccountSlots`. All reads are consistent."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def take(self, account_id: str, customer_id: str, request_id: str, limit: int) -> bool:
        """Whether the request holds one of `limit` slots now; idempotent."""
        name = _name(customer_id, request_id)
        return holds(
            lambda: self._table.update_item(
                Key=_key(account_id),
                UpdateExpression="ADD holders :names",
                ConditionExpression="attribute_not_exists(holders) OR size(holders) < :limit"
                " OR contains(holders, :name)",
                ExpressionAttributeValues={":names": {name}, ":name": name, ":limit": limit},
            )
        )

    def give_back(self, account_id: str, customer_id: str, request_id: str) -> AccountState:
        """The slot is free; how the account then stands. Idempotent."""
        return _state(self._change(account_id, "DELETE holders :names", {_name(customer_id, request_id)}))

    def held(self, account_id: str) -> int:
        """How many slots are taken."""
        return len(self._read(account_id).get("holders", ()))

    def waiting(self, account_id: str) -> frozenset[str]:
        """The tenants that found no slot free."""
        return frozenset(self._read(account_id).get("waiting", ()))

    def mark_waiting(self, account_id: str, customer_id: str, *, waits: bool) -> None:
        """Whether the tenant is among those that wait; idempotent."""
        self._change(account_id, f"{'ADD' if waits else 'DELETE'} waiting :names", {customer_id})

    def reconcile(self, account_id: str, customer_id: str, holders: frozenset[str], external: int) -> AccountState:
        """The tenant holds just these slots, and as many for runs of others, whatever was lost or left behind."""
        wanted = {_name(customer_id, request_id) for request_id in holders}
        wanted |= {_name(customer_id, f"~{number}") for number in range(external)}
        row = self._read(account_id)
        own = {name for name in row.get("holders", ()) if name.startswith(_name(customer_id, ""))}
        if wanted - own:
            row = self._change(account_id, "ADD holders :names", wanted - own)
        if own - wanted:
            row = self._change(account_id, "DELETE holders :names", own - wanted)
        return replace(_state(row), is_changed=own != wanted)

    def _read(self, account_id: str) -> _SlotsRow:
        return find_row(self._table, _key(account_id), _SlotsRow) or _SlotsRow()

    def _change(self, account_id: str, expression: str, names: set[str]) -> _SlotsRow:
        """The row afterwards."""
        change: Update = {"UpdateExpression": expression, "ExpressionAttributeValues": {":names": names}}
        answer = self._table.update_item(Key=_key(account_id), ReturnValues="ALL_NEW", **change)
        return from_item(answer["Attributes"], _SlotsRow)


def _state(row: _SlotsRow) -> AccountState:
    return AccountState(len(row.get("holders", ())), frozenset(row.get("waiting", ())))


def _name(customer_id: str, request_id: str) -> str:
    return f"{customer_id}.{request_id}"


def _key(account_id: str) -> dict[str, str | int]:
    return GATE.key(f"account#{account_id}", "SLOTS")
