"""The ExecutionRequests table: what was asked and how it stands."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import Attr, Key

from wfm.calendar.timestamps import epoch, iso
from wfm.model.request_ids import REFUSED_MESSAGE
from wfm.model.runs import RETENTION
from wfm.model.statuses import REQUEST_ENDED
from wfm.store.conditions import holds
from wfm.store.items import from_item, setting, to_item
from wfm.store.pages import rows_of
from wfm.store.schema import BY_BACKFILL, REQUESTS, REQUESTS_BY_TIME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

STATUS_FIELDS: Final = (
    "requestId", "workflowId", "status", "reason", "source", "workflowExecutionId", "requestedAt", "queuedAt",
    "waitingAt", "submittingAt", "endedAt",
)  # fmt: skip


class RequestsTable:
    """Keeps `functions.ports.Requests`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def add(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the row unless the request is known; the row as it then stands.

        What is known only as a refused message never began: a message that can be read takes its place.
        """
        item, unknown = to_item(row), Attr("requestId").not_exists() | Attr(REFUSED_MESSAGE).exists()
        if holds(lambda: self._table.put_item(Item=item, ConditionExpression=unknown)):
            return row
        return self.find(row["customerId"], row["requestId"]) or row

    def find(self, customer_id: str, request_id: str) -> Mapping[str, Any] | None:
        """The request's row, read consistently."""
        item = self._table.get_item(Key=REQUESTS.key(customer_id, request_id), ConsistentRead=True).get("Item")
        return from_item(item) if item else None

    def advance(self, customer_id: str, request_id: str, status: str, now: datetime, **fields: Any) -> None:
        """Move to `status` unless the request has ended, and stamp its first time.

        An end ages out: at the `expireTimestamp` that is given, or else by the usual retention.
        """
        ended = status in REQUEST_ENDED
        fields = {**({"expireTimestamp": epoch(now + RETENTION)} if ended else {}), **fields, "status": status}
        update = setting(fields)
        update["UpdateExpression"] += ", #stamp = if_not_exists(#stamp, :stamp)"
        update["ExpressionAttributeNames"]["#stamp"] = "endedAt" if ended else f"{status.lower()}At"
        update["ExpressionAttributeValues"][":stamp"] = iso(now)
        if ended:
            update["UpdateExpression"] += " REMOVE outcomeToken, attemptedAt, attemptEndedAt"
        going_on = Attr("status").exists() & ~Attr("status").is_in(sorted(REQUEST_ENDED))
        self._update_if(customer_id, request_id, going_on, **update)

    def begin_attempt(self, row: Mapping[str, Any], now: datetime) -> bool:
        """Record that a POST is about to be sent, and so SUBMITTING, if no other process did since `row` was read."""
        seen = row.get("attemptedAt")
        unchanged = Attr("attemptedAt").eq(seen) if seen else Attr("attemptedAt").not_exists()
        update = setting({"attemptedAt": iso(now), "attempts": int(row["attempts"]) + 1, "status": "SUBMITTING"})
        update["UpdateExpression"] += ", submittingAt = if_not_exists(submittingAt, :now) REMOVE attemptEndedAt"
        update["ExpressionAttributeValues"][":now"] = iso(now)
        free = Attr("workflowExecutionId").not_exists() & Attr("endedAt").not_exists()
        condition = unchanged & Attr("attempts").eq(int(row["attempts"])) & free
        return self._update_if(row["customerId"], row["requestId"], condition, **update)

    def drop_attempt(self, customer_id: str, request_id: str) -> None:
        """AMC certainly did not accept."""
        change = "REMOVE attemptedAt, attemptEndedAt"
        self._update_if(customer_id, request_id, Attr("status").exists(), UpdateExpression=change)

    def save(self, customer_id: str, request_id: str, **fields: Any) -> None:
        """Set fields of a request that is there."""
        self._update_if(customer_id, request_id, Attr("status").exists(), **setting(fields))

    def since(self, customer_id: str, requested_at: str) -> list[Mapping[str, Any]]:
        """The requests from then on, the oldest first."""
        condition = Key("customerId").eq(customer_id) & Key("requestedAt").gte(requested_at)
        names = {f"#{index}": name for index, name in enumerate(STATUS_FIELDS)}
        return rows_of(
            self._table,
            IndexName=REQUESTS_BY_TIME.name,
            KeyConditionExpression=condition,
            ProjectionExpression=", ".join(names),
            ExpressionAttributeNames=names,
        )

    def count_by_status(self, backfill_id: str) -> dict[str, int]:
        """How many of a backfill's requests stand at each status; whom it leaves out it counts the next time."""
        rows = rows_of(
            self._table,
            IndexName=BY_BACKFILL.name,
            KeyConditionExpression=Key("backfillId").eq(backfill_id),
            ProjectionExpression="#status",
            ExpressionAttributeNames={"#status": "status"},
        )
        return dict(Counter(str(row["status"]) for row in rows))

    def _update_if(self, customer_id: str, request_id: str, condition: Any, **update: Any) -> bool:
        key = REQUESTS.key(customer_id, request_id)
        return holds(lambda: self._table.update_item(Key=key, ConditionExpression=condition, **update))
