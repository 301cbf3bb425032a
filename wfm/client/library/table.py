"""The library's records in WorkflowLibrary, and the tenants' rows that came of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from wfm.store.items import storable
from wfm.store.pages import rows_of, scanned
from wfm.store.schema import BY_WORKFLOW

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

    from wfm.client.deployment import Deployment


class LibraryTable:
    """Records are written once and never changed: a change is a new version."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", deployment: "Deployment") -> None:
        self._client = dynamodb.meta.client
        self._name = deployment.workflow_library_table
        self._records = dynamodb.Table(self._name)
        self._workflows = dynamodb.Table(deployment.workflows_table)

    def all(self) -> list[Mapping[str, Any]]:
        """Every record of every workflow. A scan: the library is small, and only people ask."""
        return scanned(self._records)

    def versions(self, workflow_id: str) -> list[Mapping[str, Any]]:
        """All records of a workflow, the highest version first."""
        condition = Key("workflowId").eq(workflow_id)
        return rows_of(self._records, KeyConditionExpression=condition, ConsistentRead=True, ScanIndexForward=False)

    def add(self, record: Mapping[str, Any], latest: int) -> bool:
        """Write a new version; False if somebody wrote one after `latest` (0: there was none) in the meantime."""
        version = int(record["version"])
        key = {"workflowId": record["workflowId"]}
        absent = {"TableName": self._name, "ConditionExpression": "attribute_not_exists(workflowId)"}
        steps: list[Any] = [{"Put": {**absent, "Item": storable(record)}}]
        if version != latest + 1:
            steps.append({"ConditionCheck": {**absent, "Key": {**key, "version": latest + 1}}})
        try:
            self._client.transact_write_items(TransactItems=steps)
        except self._client.exceptions.TransactionCanceledException as exc:
            reasons = exc.response.get("CancellationReasons", [])
            if any(reason.get("Code") in ("ConditionalCheckFailed", "TransactionConflict") for reason in reasons):
                return False
            raise
        return True

    def remove(self, workflow_id: str, version: int) -> None:
        """Delete one version."""
        self._records.delete_item(Key={"workflowId": workflow_id, "version": version})

    def rows(self, workflow_id: str) -> list[Mapping[str, Any]]:
        """Which tenants have the workflow and how it stands there, SQL apart; a moment late, as it is an index."""
        condition = Key("workflowId").eq(workflow_id)
        return rows_of(self._workflows, IndexName=BY_WORKFLOW.name, KeyConditionExpression=condition)
