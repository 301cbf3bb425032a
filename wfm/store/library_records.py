"""The library's records as people write them, and the rows of Workflows that a rollout made of them."""

from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from wfm.model.rows import Document, WorkflowRow
from wfm.store.items import is_conflict, is_failed_condition, to_attributes
from wfm.store.library_table import LibraryTable
from wfm.store.schema import BY_WORKFLOW, WORKFLOW_LIBRARY, TableNames
from wfm.store.table_rows import rows_of
from wfm.store.transactions import check, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class LibraryRecords(LibraryTable):
    """Records are written once and never changed: a change is a new version."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", names: TableNames) -> None:
        super().__init__(dynamodb.Table(names.workflow_library_table))
        self._client = dynamodb.meta.client
        self._workflows = dynamodb.Table(names.workflows_table)

    def add(self, record: Document, latest: int) -> bool:
        """Write a new version; False if somebody wrote one after `latest` (0: there was none) in the meantime."""
        absent = "attribute_not_exists(workflowId)"
        steps = [put(self._table, to_attributes(record), absent)]
        if record["version"] != latest + 1:
            steps.append(check(self._table, WORKFLOW_LIBRARY.key(str(record["workflowId"]), latest + 1), absent))
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

    def rows(self, workflow_id: str) -> list[WorkflowRow]:
        """The tenants' rows of the workflow, without SQL; eventually consistent."""
        condition = Key("workflowId").eq(workflow_id)
        return rows_of(self._workflows, WorkflowRow, IndexName=BY_WORKFLOW.name, KeyConditionExpression=condition)
