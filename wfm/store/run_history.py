"""Runs of a period from the indexes, newest first, so that a list reads what it shows and not a customer's history."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import ConditionBase, Key

from wfm.store.pages import rows, rows_by_key
from wfm.store.schema import EXECUTIONS, REQUESTS, REQUESTS_BY_TIME, RUNS_BY_TIME, Index, Table, TableNames

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

FEWEST: Final = 25  # rows a page, of which a filter may leave few


class RunHistory:
    """Reads in threads: it goes through the client that the resource has, since only that may be shared."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", names: TableNames) -> None:
        self._client: Any = dynamodb.meta.client
        self._names = names

    def requests(self, customer_id: str, since: str, until: str, page: int | None = None) -> Iterator[dict[str, Any]]:
        """The customer's requests that were made from `since` on and before `until`; "" is no bound."""
        period = _period(customer_id, REQUESTS_BY_TIME, since, until)
        return self._newest(self._names.execution_requests_table, REQUESTS_BY_TIME, period, page)

    def executions(self, customer_id: str, since: str, until: str, page: int | None = None) -> Iterator[dict[str, Any]]:
        """The same of AMC runs by AMC's `createTime`, of each what a list shows. One without that time is left out."""
        period = _period(customer_id, RUNS_BY_TIME, since, until)
        return self._newest(self._names.executions_table, RUNS_BY_TIME, period, page)

    def _newest(self, table: str, index: Index, period: ConditionBase, page: int | None) -> Iterator[dict[str, Any]]:
        arguments: dict[str, Any] = {"TableName": table, "IndexName": index.name, "KeyConditionExpression": period}
        arguments |= {"ScanIndexForward": False} | ({"Limit": max(page, FEWEST)} if page else {})
        return rows(self._client.query, **arguments)

    def executions_by_id(self, customer_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The whole rows of these AMC runs, as far as there are any."""
        return self._by_id(self._names.executions_table, EXECUTIONS, customer_id, ids)

    def requests_by_id(self, customer_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The whole rows of these requests, as far as there are any."""
        return self._by_id(self._names.execution_requests_table, REQUESTS, customer_id, ids)

    def _by_id(self, table: str, schema: Table, customer_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        found = rows_by_key(self._client.batch_get_item, table, [schema.key(customer_id, each) for each in ids])
        return {str(row[schema.keys[-1]]): row for row in found}


def _period(customer_id: str, index: Index, since: str, until: str) -> ConditionBase:
    condition: ConditionBase = Key(index.partition_key).eq(customer_id)
    time = Key(str(index.sort_key))
    if since and until:
        return condition & time.between(since, until)
    if since:
        return condition & time.gte(since)
    return condition & time.lt(until) if until else condition
