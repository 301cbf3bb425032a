"""The library's records as people write them, and the tenants' rows that came of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from wfm.store.items import is_conflict, is_failed_condition, storable
from wfm.store.library_table import LibraryTable
from wfm.store.pages import rows_of
from wfm.store.schema import BY_WORKFLOW, WORKFLOW_LIBRARY, TableNames
from wfm.store.transactions import check, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class LibraryRecords(LibraryTable):
    """Records are written once and never changed: a change is a new version."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", names: TableNames) -> None:
        super().__init__(dynamodb.Table(names.workflow_library_table))
        self._client = dynamodb.meta.client
        self._workflows = dynamodb.Table(names.workflows_table)

    def add(self, record: Mapping[str, Any], latest: int) -> bool:
        """Write a new version; False if somebody wrote one after `latest` (0: there was none) in the meantime."""
        absent, version = "attribute_not_exists(workflowId)", int(record["version"])
        steps: list[Any] = [put(self._table, storable(record), absent)]
        if version != latest + 1:
            steps.append(check(self._table, WORKFLOW_LIBRARY.key(record["workflowId"], latest + 1), absent))
        try:
            self._client.transact_write_items(TransactItems=steps)
        except ClientError as exc:
            if is_failed_condition(exc) or is_conflict(exc):
                return False
            raise
        return True

    def remove(self, workflow_id: str, version: int) -> None:
        """Delete one version."""
        self._table.delete_item(Key=WORKFLOW_LIBRARY.key(workflow_id, version))

    def rows(self, workflow_id: str) -> list[Mapping[str, Any]]:
        """Which tenants have the workflow and how it stands there, SQL apart; a moment late, as it is an index."""
        condition = Key("workflowId").eq(workflow_id)
        return rows_of(self._workflows, IndexName=BY_WORKFLOW.name, KeyConditionExpression=condition)
