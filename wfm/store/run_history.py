"""Runs of a period from the indexes, newest first, so that a list reads no more than it shows."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from boto3.dynamodb.conditions import ConditionBase, Key

from wfm.model.rows import RequestRow, RunRow
from wfm.store.schema import EXECUTIONS, OPEN_REQUESTS, REQUESTS, REQUESTS_BY_TIME, RUNS_BY_TIME, Index, TableNames
from wfm.store.table_rows import rows, rows_by_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

FEWEST: Final = 25  # rows a page, of which a filter may leave few


class RunHistory:
    """Reads in threads: it goes through the client that the resource has, since only that may be shared."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", names: TableNames) -> None:
        self._client = dynamodb.meta.client
        self._names = names

    def requests(self, customer_id: str, since: str, until: str, page: int | None = None) -> Iterator[RequestRow]:
        """The customer's requests that were made from `since` on and before `until`; "" is no bound."""
        period = _period(customer_id, REQUESTS_BY_TIME, since, until)
        query = _newest_first(self._names.execution_requests_table, REQUESTS_BY_TIME, period, page)
        return rows(self._client.query, RequestRow, **query)

    def executions(self, customer_id: str, since: str, until: str, page: int | None = None) -> Iterator[RunRow]:
        """The AMC runs of the period by their `createTime`, each with the fields of the index."""
        period = _period(customer_id, RUNS_BY_TIME, since, until)
        query = _newest_first(self._names.executions_table, RUNS_BY_TIME, period, page)
        return rows(self._client.query, RunRow, **query)

    def open_requests(self, customer_id: str, most: int) -> list[RequestRow]:
        """At most `most` of the customer's requests that have not ended, the longest open first."""
        query = {
            "TableName": self._names.execution_requests_table,
            "IndexName": OPEN_REQUESTS.name,
            "KeyConditionExpression": Key("customerId").eq(customer_id),
            "Limit": most,
        }
        ids = [row["requestId"] for row in islice(rows(self._client.query, RequestRow, **query), most)]
        return list(self.requests_by_id(customer_id, ids).values())

    def executions_by_id(self, customer_id: str, ids: Sequence[str]) -> dict[str, RunRow]:
        """The whole rows of these AMC runs, as far as there are any."""
        keys = [EXECUTIONS.key(customer_id, each) for each in ids]
        found = rows_by_key(self._client.batch_get_item, self._names.executions_table, keys, RunRow)
        return {row["workflowExecutionId"]: row for row in found}

    def requests_by_id(self, customer_id: str, ids: Sequence[str]) -> dict[str, RequestRow]:
        """The whole rows of these requests, as far as there are any."""
        keys = [REQUESTS.key(customer_id, each) for each in ids]
        found = rows_by_key(self._client.batch_get_item, self._names.execution_requests_table, keys, RequestRow)
        return {row["requestId"]: row for row in found}

    def ids_beginning(self, customer_id: str, beginning: str, most: int) -> list[str]:
        """The ids of the customer's requests and AMC runs that begin so, at most so many of each, in order."""
        tables = ((self._names.execution_requests_table, REQUESTS), (self._names.executions_table, EXECUTIONS))
        found: list[str] = []
        for name, table in tables:
            sort_key = str(table.sort_key)
            condition = Key(table.partition_key).eq(customer_id) & Key(sort_key).begins_with(beginning)
            query = {"TableName": name, "KeyConditionExpression": condition, "ProjectionExpression": sort_key}
            page = self._client.query(Limit=most, ConsistentRead=True, **query)  # type: ignore[arg-type]
            found += [str(item[sort_key]) for item in page["Items"]]
        return found


def _newest_first(table: str, index: Index, period: ConditionBase, page: int | None) -> dict[str, object]:
    query = {"TableName": table, "IndexName": index.name, "KeyConditionExpression": period, "ScanIndexForward": False}
    return query | ({"Limit": max(page, FEWEST)} if page else {})


def _period(customer_id: str, index: Index, since: str, until: str) -> ConditionBase:
    condition: ConditionBase = Key(index.partition_key).eq(customer_id)
    time = Key(str(index.sort_key))
    if since and until:
        return condition & time.between(since, until)
    if since:
        return condition & time.gte(since)
    return condition & time.lt(until) if until else condition
