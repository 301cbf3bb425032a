"""What `wfm status` reads of one tenant: as little as it takes, in a bounded number of calls."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from wfm.store.pages import pages, rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

    from wfm.client.deployment import Deployment

MOST_PAGES: Final = 3  # megabytes of today's requests, and as many of today's runs
BAD: Final = ("FAILED", "REJECTED")


class StandingTables:
    """Reads in threads: it goes through the client that the resource has, since only that may be shared."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", deployment: "Deployment") -> None:
        self._client: Any = dynamodb.meta.client
        self._names = deployment

    def line(self, customer_id: str) -> list[str]:
        """Sort keys of those who wait for a slot, next one first."""
        waiters = Key("customerId").eq(customer_id) & Key("sk").begins_with("WAITER#")
        found = rows(
            self._client.query,
            TableName=self._names.gate_table,
            KeyConditionExpression=waiters,
            ProjectionExpression="sk",
        )
        return [str(row["sk"]) for row in found]

    def schedules(self, customer_id: str) -> Iterator[dict[str, Any]]:
        """The customer's schedules: whether they are on, and when they fire next."""
        return rows(
            self._client.query,
            TableName=self._names.schedules_table,
            KeyConditionExpression=Key("customerId").eq(customer_id),
            ProjectionExpression="nextRunAt, paused, #state",
            ExpressionAttributeNames={"#state": "State"},
        )

    def failed(self, customer_id: str, since: str) -> tuple[int, bool]:
        """How many of the requests made, and of the outside runs begun, since then failed or were refused.

        True with it when there is more than was looked at.
        """
        own = Key("customerId").eq(customer_id)
        requests = self._count(
            self._names.execution_requests_table,
            "requestedAt",
            own & Key("requestedAt").gte(since),
            Attr("status").is_in(BAD),
        )
        elsewhere = Attr("executionStatus").is_in(BAD) & Attr("requestId").not_exists()
        runs = self._count(self._names.executions_table, "createTime", own & Key("createTime").gte(since), elsewhere)
        return requests[0] + runs[0], requests[1] or runs[1]

    def _count(self, table: str, index: str, period: ConditionBase, wanted: ConditionBase) -> tuple[int, bool]:
        found = pages(
            self._client.query,
            TableName=table,
            IndexName=index,
            KeyConditionExpression=period,
            FilterExpression=wanted,
            Select="COUNT",
        )
        read = list(islice(found, MOST_PAGES))
        return sum(page["Count"] for page in read), "LastEvaluatedKey" in read[-1]
