"""The WorkflowLibrary table: people's records, and the progress of their rollouts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from wfm.model.rows import LibraryRecord
from wfm.store.items import Update, changing
from wfm.store.schema import WORKFLOW_LIBRARY
from wfm.store.table_rows import rows, scanned, update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class LibraryTable:
    """Implements `functions.ports.Library`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def versions(self, workflow_id: str) -> list[LibraryRecord]:
        """All records of a workflow, read consistently, the highest version first."""
        return list(self._newest_first(workflow_id))

    def in_force(self, workflow_id: str) -> LibraryRecord | None:
        """The record with the highest version, read consistently and alone: each may hold 100 KB of SQL."""
        return next(self._newest_first(workflow_id, Limit=1), None)

    def _newest_first(self, workflow_id: str, **options: object) -> Iterator[LibraryRecord]:
        if not workflow_id:  # an empty key, which DynamoDB refuses
            return iter(())
        key = Key("workflowId").eq(workflow_id)
        query = {"KeyConditionExpression": key, "ScanIndexForward": False, "ConsistentRead": True, **options}
        return rows(self._table.query, LibraryRecord, **query)

    def all(self) -> list[LibraryRecord]:
        """All records, by a consistent scan: for the onboarding of a tenant."""
        return scanned(self._table, LibraryRecord)

    def save_rollout(self, workflow_id: str, version: int, *, of: str | None = None, **fields: object) -> None:
        """Set WFM's own fields of a record that still exists; with `of` only if that is its last rollout."""
        condition = Attr("workflowId").exists() if of is None else Attr("rolloutExecution").eq(of)
        self._update_if(workflow_id, version, condition, changing(fields))

    def count_batch(self, workflow_id: str, version: int, *, of: str, batch: str, tenants: int) -> None:
        """Add a batch to `rolloutDone`. Idempotent, by the list of counted batches in `rolloutBatches`."""
        self._update_if(
            workflow_id,
            version,
            Attr("rolloutExecution").eq(of) & ~Attr("rolloutBatches").contains(batch),
            {
                "UpdateExpression": "SET rolloutDone = rolloutDone + :tenants, "
                "rolloutBatches = list_append(rolloutBatches, :batch)",
                "ExpressionAttributeValues": {":tenants": tenants, ":batch": [batch]},
            },
        )

    def _update_if(self, workflow_id: str, version: int, condition: ConditionBase, update: Update) -> None:
        update_if(self._table, WORKFLOW_LIBRARY.key(workflow_id, version), condition, update)
