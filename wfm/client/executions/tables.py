"""Runs of a period from the indexes, newest first, so that a list reads what it shows and not a customer's history."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import ConditionBase, Key

from wfm.store.pages import rows, rows_by_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

    from wfm.client.deployment import Deployment

FEWEST: Final = 25  # rows a page, of which a filter may leave few


class RunTables:
    """Reads in threads: it goes through the client that the resource has, since only that may be shared."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", deployment: "Deployment") -> None:
        self._client: Any = dynamodb.meta.client
        self._names = deployment

    def requests(self, customer_id: str, since: str, until: str, page: int | None = None) -> Iterator[dict[str, Any]]:
        """The customer's requests that were made from `since` on and before `until`; "" is no bound."""
        period = _period(customer_id, "requestedAt", since, until)
        return self._newest(self._names.execution_requests_table, "requestedAt", period, page)

    def executions(self, customer_id: str, since: str, until: str, page: int | None = None) -> Iterator[dict[str, Any]]:
        """The same of AMC runs by AMC's `createTime`, of each what a list shows. One without that time is left out."""
        period = _period(customer_id, "createTime", since, until)
        return self._newest(self._names.executions_table, "createTime", period, page)

    def _newest(self, table: str, index: str, period: ConditionBase, page: int | None) -> Iterator[dict[str, Any]]:
        arguments: dict[str, Any] = {"TableName": table, "IndexName": index, "KeyConditionExpression": period}
        arguments |= {"ScanIndexForward": False} | ({"Limit": max(page, FEWEST)} if page else {})
        return rows(self._client.query, **arguments)

    def executions_by_id(self, customer_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The whole rows of these AMC runs, as far as there are any."""
        return self._by_id(self._names.executions_table, "workflowExecutionId", customer_id, ids)

    def requests_by_id(self, customer_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The whole rows of these requests, as far as there are any."""
        return self._by_id(self._names.execution_requests_table, "requestId", customer_id, ids)

    def _by_id(self, table: str, key: str, customer_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        keys = [{"customerId": customer_id, key: each} for each in ids]
        return {str(row[key]): row for row in rows_by_key(self._client.batch_get_item, table, keys)}


def _period(customer_id: str, index: str, since: str, until: str) -> ConditionBase:
    condition: ConditionBase = Key("customerId").eq(customer_id)
    if since and until:
        return condition & Key(index).between(since, until)
    if since:
        return condition & Key(index).gte(since)
    return condition & Key(index).lt(until) if until else condition
