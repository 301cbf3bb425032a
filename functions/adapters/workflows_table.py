"""The Workflows table: each tenant's desired workflows, and how they stand in AMC."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from functions.adapters.items import from_item, is_failed_condition, setting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class WorkflowsTable:
    """Keeps `functions.domain.ports.Workflows`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str, workflow_id: str) -> Mapping[str, Any] | None:
        """The workflow's row, read consistently: as it is now, not as some event saw it."""
        key = {"customerId": customer_id, "workflowId": workflow_id}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return from_item(item) if item else None

    def ids(self, customer_id: str) -> list[str]:
        """The ids of the tenant's workflows."""
        ids: list[str] = []
        start: dict[str, Any] = {"KeyConditionExpression": Key("customerId").eq(customer_id)}
        while True:
            page = self._table.query(ProjectionExpression="workflowId", **start)
            ids += [str(item["workflowId"]) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return ids
            start["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def save_sync(self, customer_id: str, workflow_id: str, **fields: Any) -> None:
        """Set WFM's own fields of a row that still exists."""
        try:
            self._table.update_item(
                Key={"customerId": customer_id, "workflowId": workflow_id},
                ConditionExpression=Attr("workflowId").exists(),
                **setting(fields),
            )
        except ClientError as exc:
            if not is_failed_condition(exc):
                raise
