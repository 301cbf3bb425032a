"""How long runs take, as learnt: an item a workflow in the partition `durations#<customerId>` of the Gate table.

Beside the workflow, not on its row: a run that ends changes this item alone, which is small and has no stream. `#` can
stand in no customerId.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict

from boto3.dynamodb.conditions import Key

from wfm.model.rows import Document, WorkflowRow
from wfm.store.items import from_item, to_item
from wfm.store.schema import GATE, WORKFLOWS
from wfm.store.table_rows import find_row, one_of_each, rows_by_key, rows_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class _DurationsRow(TypedDict, total=False):
    durations: object


class DurationsTable:
    """Implements `functions.ports.LearntDurations`."""

    def __init__(self, table: "Table", workflows: "Table") -> None:
        self._table = table
        self._workflows = workflows

    def find(self, customer_id: str, workflow_id: str) -> object:
        """The durations of a tenant's workflow, read consistently; None if nothing is learnt."""
        return (find_row(self._table, _key(customer_id, workflow_id), _DurationsRow) or {}).get("durations")

    def find_with_workflow(self, customer_id: str, workflow_id: str) -> tuple[WorkflowRow | None, object]:
        """The workflow's row and its durations, read consistently in one call."""
        workflows = self._workflows.name
        keys = {workflows: WORKFLOWS.key(customer_id, workflow_id), self._table.name: _key(customer_id, workflow_id)}
        found = one_of_each(self._table.meta.client.batch_get_item, keys)
        row, item = found.get(workflows), found.get(self._table.name)
        return (
            from_item(row, WorkflowRow) if row else None,
            from_item(item, _DurationsRow).get("durations") if item else None,
        )

    def save(self, customer_id: str, workflow_id: str, durations: Document) -> None:
        """Keep what is learnt by now."""
        self._table.put_item(Item=to_item({**_key(customer_id, workflow_id), "durations": durations}))

    def of_tenant(self, customer_id: str) -> list[object]:
        """Those of all of a tenant's workflows; eventually consistent."""
        key = Key("customerId").eq(_partition(customer_id))
        return [row.get("durations") for row in rows_of(self._table, _DurationsRow, KeyConditionExpression=key)]

    def of_tenants(self, customer_ids: Iterable[str], workflow_id: str) -> list[object]:
        """Those of these tenants' workflows of that id; eventually consistent."""
        keys = [_key(customer_id, workflow_id) for customer_id in customer_ids]
        found = rows_by_key(self._table.meta.client.batch_get_item, self._table.name, keys, _DurationsRow)
        return [row.get("durations") for row in found]


def _partition(customer_id: str) -> str:
    return f"durations#{customer_id}"


def _key(customer_id: str, workflow_id: str) -> dict[str, str | int]:
    return GATE.key(_partition(customer_id), workflow_id)
