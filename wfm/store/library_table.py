"""The WorkflowLibrary table: people's records, and how far WFM has brought them to the tenants."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key

from wfm.store.conditions import holds
from wfm.store.items import changing, from_item
from wfm.store.pages import rows_of, scanned
from wfm.store.schema import WORKFLOW_LIBRARY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class LibraryTable:
    """Keeps `functions.ports.Library`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def versions(self, workflow_id: str) -> list[Mapping[str, Any]]:
        """All records of a workflow, read consistently, the highest version first."""
        key = Key("workflowId").eq(workflow_id)
        return rows_of(self._table, KeyConditionExpression=key, ScanIndexForward=False, ConsistentRead=True)

    def in_force(self, workflow_id: str) -> Mapping[str, Any] | None:
        """The record with the highest version, read consistently and alone: each may hold 100 KB of SQL."""
        key = Key("workflowId").eq(workflow_id)
        page = self._table.query(KeyConditionExpression=key, ScanIndexForward=False, Limit=1, ConsistentRead=True)
        return from_item(page["Items"][0]) if page["Items"] else None

    def all(self) -> list[Mapping[str, Any]]:
        """All records, read consistently: for a tenant that is new or has changed."""
        return scanned(self._table)

    def save_rollout(self, workflow_id: str, version: int, *, of: str | None = None, **fields: Any) -> None:
        """Set WFM's own fields of a record that still exists, with `of` only while that rollout is its last."""
        condition = Attr("workflowId").exists() if of is None else Attr("rolloutExecution").eq(of)
        self._update_if(workflow_id, version, condition, **changing(fields))

    def count_batch(self, workflow_id: str, version: int, *, of: str, batch: str, tenants: int) -> None:
        """Add a batch to `rolloutDone`; `rolloutBatches` remembers which have been added."""
        self._update_if(
            workflow_id,
            version,
            Attr("rolloutExecution").eq(of) & ~Attr("rolloutBatches").contains(batch),
            UpdateExpression="SET rolloutDone = rolloutDone + :tenants, "
            "rolloutBatches = list_append(rolloutBatches, :batch)",
            ExpressionAttributeValues={":tenants": tenants, ":batch": [batch]},
        )

    def _update_if(self, workflow_id: str, version: int, condition: Any, **update: Any) -> None:
        key = WORKFLOW_LIBRARY.key(workflow_id, version)
        holds(lambda: self._table.update_item(Key=key, ConditionExpression=condition, **update))
