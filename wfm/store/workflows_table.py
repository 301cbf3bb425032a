"""The Workflows table: each tenant's desired workflows, and their sync status in AMC."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from wfm.calendar.timestamps import iso
from wfm.model.chain_links import AFTER
from wfm.model.rows import Document, WorkflowRow
from wfm.model.statuses import ResultStatus, SyncStatus
from wfm.model.workflows import AMC_FIELDS, DELIVERY, FRESHNESS, definition_hash
from wfm.store.items import changing
from wfm.store.schema import BY_WORKFLOW, RESULTS, WORKFLOWS
from wfm.store.table_rows import find_row, first_rows, holds, row_after, rows, rows_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# What the library writes into a row, and takes out again.
LIBRARY_FIELDS: Final = (
    *AMC_FIELDS, "defaultPayload", "metadata", AFTER, DELIVERY, FRESHNESS, "libraryVersion", "libraryHash",
)  # fmt: skip
SAMPLE: Final = 25  # tenants that tell how long a library workflow takes


class WorkflowsTable:
    """Implements `functions.ports.Workflows`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str, workflow_id: str) -> WorkflowRow | None:
        """The workflow's row, read consistently: a stream event may be older."""
        return find_row(self._table, WORKFLOWS.key(customer_id, workflow_id), WorkflowRow)

    def ids(self, customer_id: str) -> list[str]:
        """The ids of the tenant's workflows, read consistently."""
        return [row["workflowId"] for row in self._rows(customer_id, ProjectionExpression="workflowId")]

    def of_tenant(self, customer_id: str) -> list[WorkflowRow]:
        """All rows of a tenant, read consistently."""
        return self._rows(customer_id)

    def of_all(self) -> list[WorkflowRow]:
        """All tenants' rows, without SQL: one call for each megabyte. Eventually consistent."""
        return list(rows(self._table.scan, WorkflowRow, IndexName=BY_WORKFLOW.name))

    def _rows(self, customer_id: str, **options: object) -> list[WorkflowRow]:
        key = Key("customerId").eq(customer_id)
        return rows_of(self._table, WorkflowRow, KeyConditionExpression=key, ConsistentRead=True, **options)

    def tenants_with(self, workflow_id: str) -> list[str]:
        """The first SAMPLE tenants that have the workflow; eventually consistent."""
        key = Key("workflowId").eq(workflow_id)
        found = self._table.query(IndexName=BY_WORKFLOW.name, KeyConditionExpression=key, Limit=SAMPLE)["Items"]
        return [str(item["customerId"]) for item in found]

    def results_to_look_at(self, until: datetime, limit: int) -> list[tuple[str, str]]:
        """Ids of those whose newest result is to be looked at by then, the longest overdue first (by index)."""
        due = Key("resultCheckAt").lte(iso(until))
        found = [row for status in ResultStatus for row in self._by_result(status, due, most=limit)]
        found.sort(key=lambda row: row["resultCheckAt"])
        return [(row["customerId"], row["workflowId"]) for row in found[:limit]]

    def stale(self) -> list[WorkflowRow]:
        """Ids and `staleSince` of all tenants' workflows whose newest result is too old; eventually consistent."""
        key = Key("resultStatus").eq(ResultStatus.STALE.value)
        return rows_of(self._table, WorkflowRow, IndexName=RESULTS.name, KeyConditionExpression=key)

    def _by_result(self, status: ResultStatus, due: ConditionBase, most: int) -> list[WorkflowRow]:
        condition = Key("resultStatus").eq(status.value) & due
        query = {"IndexName": RESULTS.name, "KeyConditionExpression": condition}
        return first_rows(self._table, WorkflowRow, most, **query)

    def move_result_watch(self, customer_id: str, workflow_id: str, seen: str | None, fields: Document) -> bool:
        """Set the fields of the watch over its newest result, if the next look is still `seen`; False if not."""
        next_look = Attr("resultCheckAt")
        is_seen = Attr("workflowId").exists() & (next_look.eq(seen) if seen else next_look.not_exists())
        return self._update(customer_id, workflow_id, is_seen, fields) is not None

    def put_desired(self, row: Document, seen: Document | None) -> bool:
        """Write what the library wants, if the row is still as `seen`; a changed definition makes it PENDING."""
        fields = {name: row.get(name) for name in (*LIBRARY_FIELDS, *row) if name not in WORKFLOWS.keys}
        if definition_hash(row) != definition_hash(seen or {}):
            fields |= {"syncStatus": SyncStatus.PENDING, "syncReason": None, "syncExecution": None}
        return self._update(str(row["customerId"]), str(row["workflowId"]), _unchanged(seen), fields) is not None

    def remove(self, customer_id: str, workflow_id: str, seen: Document) -> bool:
        """Delete the row, if it is still as `seen`."""
        key, unchanged = WORKFLOWS.key(customer_id, workflow_id), _unchanged(seen)
        return holds(lambda: self._table.delete_item(Key=key, ConditionExpression=unchanged))

    def delete(self, customer_id: str, workflow_id: str) -> None:
        """Take the row out; WFM then takes the workflow out of AMC, and its schedules before it."""
        self._table.delete_item(Key=WORKFLOWS.key(customer_id, workflow_id))

    def replace_definition(self, customer_id: str, workflow_id: str, definition: Document) -> None:
        """Replace the definition in the row, whose sync is then PENDING; other fields stay, those that are None go."""
        given = {**definition, "syncStatus": SyncStatus.PENDING}
        left_out = {*AMC_FIELDS, "syncReason", "syncExecution"} - {"workflowId"} - given.keys()
        self.set_beside(customer_id, workflow_id, {**dict.fromkeys(left_out), **given})

    def set_beside(self, customer_id: str, workflow_id: str, fields: Document) -> None:
        """Set fields that AMC does not get, or take out those that are None; the sync stays as it is."""
        self._table.update_item(Key=WORKFLOWS.key(customer_id, workflow_id), **changing(fields))

    def adopt(self, customer_id: str, workflow_id: str, definition: Document, seen: Document | None) -> bool:
        """Take what AMC shows into the row, whose sync is then PENDING; False if the row is no longer as `seen`."""
        fields = {name: definition.get(name) for name in AMC_FIELDS if name != "workflowId"}
        fields |= {"syncStatus": SyncStatus.PENDING, "syncReason": None, "syncExecution": None}
        return self._update(customer_id, workflow_id, _as_synced(seen), fields) is not None

    def begin_sync(self, customer_id: str, workflow_id: str, execution: str) -> WorkflowRow | None:
        """Record that `execution` syncs the row from now on; the row afterwards, None if it is gone."""
        begun = {"syncExecution": execution, "amcRefusal": None}
        return self._update(customer_id, workflow_id, Attr("workflowId").exists(), begun)

    def save_sync(self, customer_id: str, workflow_id: str, *, by: str | None = None, **fields: object) -> bool:
        """Set WFM's own fields of a row that still exists; a field that is None is taken out.

        With `by` only while that execution is the last that began to work on it; False when it is not.
        """
        is_there = Attr("workflowId").exists()
        condition = is_there & Attr("syncExecution").eq(by) if by is not None else is_there
        return self._update(customer_id, workflow_id, condition, fields) is not None

    def _update(
        self, customer_id: str, workflow_id: str, condition: ConditionBase, fields: Document
    ) -> WorkflowRow | None:
        """The row after the update; None when the condition did not hold."""
        return row_after(self._table, WORKFLOWS.key(customer_id, workflow_id), condition, changing(fields), WorkflowRow)


def _as_synced(seen: Document | None) -> ConditionBase:
    """Condition: the row is the tenant's own and as the sync left it that `seen` names; None: there is no row."""
    if seen is None:
        return Attr("workflowId").not_exists()
    synced = Attr("syncExecution").eq(seen["syncExecution"]) & Attr("definitionHash").eq(seen["definitionHash"])
    return synced & Attr("libraryVersion").not_exists()


def _unchanged(seen: Document | None) -> ConditionBase:
    """Condition: the library has not written the row since; None: there is no row."""
    if seen is None:
        return Attr("workflowId").not_exists()
    hashed = Attr("libraryHash")
    return Attr("workflowId").exists() & (
        hashed.eq(seen["libraryHash"]) if "libraryHash" in seen else hashed.not_exists()
    )
