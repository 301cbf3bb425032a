"""What `wfm status` reads: as little as it takes, in a bounded number of calls."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from wfm.model.rows import ScheduleRow, whole_number
from wfm.model.statuses import RequestStatus, RunStatus
from wfm.store.schema import REQUESTS_BY_TIME, RUNS_BY_TIME, Index, TableNames
from wfm.store.semaphore_table import WaitingRequest, all_waiting_requests, waiting_requests
from wfm.store.table_rows import Read, pages, rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

MOST_PAGES: Final = 3  # megabytes of today's requests, and as many of today's runs
BAD: Final = (RequestStatus.FAILED.value, RequestStatus.REJECTED.value)

BAD_RUNS: Final = (*BAD, RunStatus.DELETED.value)  # a request whose run is DELETED has FAILED


class TenantStatusReader:
    """Reads in threads: it goes through the client that the resource has, since only that may be shared."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", names: TableNames) -> None:
        self._client = dynamodb.meta.client
        self._names = names

    def waiting(self, customer_id: str) -> list[WaitingRequest]:
        """The requests that wait for a slot, the next one first; eventually consistent."""
        return waiting_requests(self._client.query, self._names.gate_table, customer_id, consistent=False)

    def all_waiting(self) -> dict[str, list[WaitingRequest]]:
        """The same of every tenant, by customer: one scan, for who wants to know of all."""
        return all_waiting_requests(self._client.scan, self._names.gate_table)

    def schedules(self, customer_id: str) -> Iterator[ScheduleRow]:
        """The customer's schedules: whether they are on, when they fire next, and by which clock."""
        own = Key("customerId").eq(customer_id)
        return self._schedules(self._client.query, KeyConditionExpression=own)

    def all_schedules(self) -> dict[str, list[ScheduleRow]]:
        """The same of every tenant, by customer: one scan."""
        found: dict[str, list[ScheduleRow]] = {}
        for row in self._schedules(self._client.scan):
            found.setdefault(row["customerId"], []).append(row)
        return found

    def _schedules(self, read: Read, **which: object) -> Iterator[ScheduleRow]:
        return rows(
            read,
            ScheduleRow,
            TableName=self._names.schedules_table,
            ProjectionExpression="customerId, nextRunAt, paused, #state, ScheduleExpressionTimezone",
            ExpressionAttributeNames={"#state": "State"},
            **which,
        )

    def failed(self, customer_id: str, since: str) -> tuple[int, bool]:
        """How many of the requests made, and of the outside runs begun, since then failed or were refused.

        With it whether there are more than were read.
        """
        own = Key("customerId").eq(customer_id)
        requests = self._count(
            self._names.execution_requests_table,
            REQUESTS_BY_TIME,
            own & Key("requestedAt").gte(since),
            Attr("status").is_in(BAD),
        )
        elsewhere = Attr("executionStatus").is_in(BAD_RUNS) & Attr("requestId").not_exists()
        runs = self._count(self._names.executions_table, RUNS_BY_TIME, own & Key("createTime").gte(since), elsewhere)
        return requests[0] + runs[0], requests[1] or runs[1]

    def _count(self, table: str, index: Index, period: ConditionBase, wanted: ConditionBase) -> tuple[int, bool]:
        found = pages(
            self._client.query,
            TableName=table,
            IndexName=index.name,
            KeyConditionExpression=period,
            FilterExpression=wanted,
            Select="COUNT",
        )
        read = list(islice(found, MOST_PAGES))
        return sum(whole_number(page["Count"], 0) for page in read), "LastEvaluatedKey" in read[-1]
