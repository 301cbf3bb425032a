"""The ExecutionRequests table: what was asked of WFM, and its status."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from wfm.calendar.timestamps import epoch, iso
from wfm.model.request_ids import REFUSED_MESSAGE
from wfm.model.rows import Document, RequestRow, TenantRow, whole_number
from wfm.model.runs import RETENTION
from wfm.model.statuses import REQUEST_ENDED, RequestStatus
from wfm.store.items import Update, extended, from_item, replacing, setting, to_item
from wfm.store.schema import BY_BACKFILL, OPEN_REQUESTS, REQUESTS, REQUESTS_BY_TIME, TENANTS
from wfm.store.table_rows import find_row, holds, one_of_each, rows, rows_by_key, rows_of, update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

STATUS_FIELDS: Final = (
    "requestId", "workflowId", "status", "reason", "source", "workflowExecutionId", "requestedAt", "queuedAt",
    "waitingAt", "submittingAt", "endedAt",
)  # fmt: skip


class RequestsTable:
    """Implements `functions.ports.Requests`."""

    def __init__(self, table: "Table", tenants: "Table") -> None:
        self._table = table
        self._tenants = tenants

    def add(self, row: Document) -> RequestRow:
        """Write the row unless the request is known; the stored row.

        What is known only as a refused message never began: a message that can be read takes its place.
        """
        item, unknown = to_item(row), Attr("requestId").not_exists() | Attr(REFUSED_MESSAGE).exists()
        if holds(lambda: self._table.put_item(Item=item, ConditionExpression=unknown)):
            return from_item(item, RequestRow)
        return self.find(str(row["customerId"]), str(row["requestId"])) or from_item(item, RequestRow)

    def find(self, customer_id: str, request_id: str) -> RequestRow | None:
        """The request's row, read consistently."""
        return find_row(self._table, REQUESTS.key(customer_id, request_id), RequestRow)

    def find_many(self, customer_id: str, request_ids: Iterable[str]) -> dict[str, RequestRow]:
        """The rows of these requests that are there, without what they ask for."""
        keys = [REQUESTS.key(customer_id, request_id) for request_id in request_ids]
        fields = ("requestId", "status", "reason", "resubmittedAs")
        names = {f"#{index}": name for index, name in enumerate(fields)}
        asked = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
        batch = self._table.meta.client.batch_get_item
        return {row["requestId"]: row for row in rows_by_key(batch, self._table.name, keys, RequestRow, **asked)}

    def find_with_tenant(self, customer_id: str, request_id: str) -> tuple[RequestRow | None, TenantRow | None]:
        """The request's row and its tenant's, read consistently in one call."""
        keys = {
            self._table.name: REQUESTS.key(customer_id, request_id),
            self._tenants.name: TENANTS.key(customer_id),
        }
        found = one_of_each(self._table.meta.client.batch_get_item, keys)
        request, tenant = found.get(self._table.name), found.get(self._tenants.name)
        return (
            from_item(request, RequestRow) if request else None,
            from_item(tenant, TenantRow) if tenant else None,
        )

    def advance(self, customer_id: str, request_id: str, status: str, now: datetime, **fields: object) -> None:
        """Move to `status` unless the request has ended, and stamp its first time.

        An end ages out: at the `expireTimestamp` that is given, or else by the usual retention. One with an `openSince`
        stays in the index of what has yet to be dealt with, until `close` takes it out.
        """
        ended = status in REQUEST_ENDED
        fields = {**({"expireTimestamp": epoch(now + RETENTION)} if ended else {}), **fields, "status": status}
        is_over = "outcomeToken, attemptedAt, attemptEndedAt" + ("" if "openSince" in fields else ", openSince")
        update = extended(
            setting(fields),
            ", #stamp = if_not_exists(#stamp, :stamp)" + (f" REMOVE {is_over}" if ended else ""),
            {":stamp": iso(now)},
            {"#stamp": "endedAt" if ended else f"{status.lower()}At"},
        )
        is_active = Attr("status").exists() & ~Attr("status").is_in(sorted(REQUEST_ENDED))
        self._update_if(customer_id, request_id, is_active, update)

    def begin_attempt(self, row: Document, now: datetime) -> bool:
        """Record that a POST is about to be sent, and so SUBMITTING, if no other process did since `row` was read.

        Not once the request is stopped: who cleans up after it looks for its run only then.
        """
        seen = row.get("attemptedAt")
        unchanged = Attr("attemptedAt").eq(seen) if seen else Attr("attemptedAt").not_exists()
        attempts = whole_number(row["attempts"], 0)
        begun = {"attemptedAt": iso(now), "attempts": attempts + 1, "status": RequestStatus.SUBMITTING}
        first = ", submittingAt = if_not_exists(submittingAt, :now) REMOVE attemptEndedAt"
        update = extended(setting(begun), first, {":now": iso(now)})
        condition = unchanged & Attr("attempts").eq(attempts)
        for name in ("workflowExecutionId", "endedAt", "stoppedAt"):
            condition &= Attr(name).not_exists()
        return self._update_if(str(row["customerId"]), str(row["requestId"]), condition, update)

    def drop_attempt(self, customer_id: str, request_id: str) -> None:
        """Forget the attempt: AMC certainly did not accept its POST."""
        change = replacing({}, ["attemptedAt", "attemptEndedAt"])
        self._update_if(customer_id, request_id, Attr("status").exists(), change)

    def save(self, customer_id: str, request_id: str, **fields: object) -> None:
        """Set fields of a request that is there."""
        self._update_if(customer_id, request_id, Attr("status").exists(), setting(fields))

    def close(self, customer_id: str, request_id: str, **fields: object) -> None:
        """Take what has ended out of the index of open requests, and set fields."""
        self._update_if(customer_id, request_id, Attr("endedAt").exists(), setting(fields, ["openSince", "refreshDue"]))

    def since(self, customer_id: str, requested_at: str) -> list[RequestRow]:
        """The requests from then on, the oldest first."""
        condition = Key("customerId").eq(customer_id) & Key("requestedAt").gte(requested_at)
        names = {f"#{index}": name for index, name in enumerate(STATUS_FIELDS)}
        return rows_of(
            self._table,
            RequestRow,
            IndexName=REQUESTS_BY_TIME.name,
            KeyConditionExpression=condition,
            ProjectionExpression=", ".join(names),
            ExpressionAttributeNames=names,
        )

    def of_tenant(self, customer_id: str) -> Iterator[RequestRow]:
        """All of a tenant's rows, read consistently; items of chains are none."""
        condition = {"KeyConditionExpression": Key("customerId").eq(customer_id), "ConsistentRead": True}
        return rows(self._table.query, RequestRow, FilterExpression=Attr("status").exists(), **condition)

    def open_since(self, customer_id: str, until: datetime) -> list[RequestRow]:
        """`customerId`, `requestId`, `openSince`, `executionName` and `executionArn` of what has not ended since.

        By index, so a moment late. What version 0.1 wrote is in it once `index_open` has passed it.
        """
        condition = Key("customerId").eq(customer_id) & Key("openSince").lte(iso(until))
        return rows_of(self._table, RequestRow, IndexName=OPEN_REQUESTS.name, KeyConditionExpression=condition)

    def index_open(self, customer_id: str, after: str | None) -> str | None:
        """Give `openSince` to what has not ended of the next megabyte of rows; the last one's id, None at the end."""
        begin = {"ExclusiveStartKey": REQUESTS.key(customer_id, after)} if after else {}
        is_left_out = Attr("endedAt").not_exists() & Attr("openSince").not_exists() & Attr("requestedAt").exists()
        condition = {"KeyConditionExpression": Key("customerId").eq(customer_id), "FilterExpression": is_left_out}
        page = self._table.query(ConsistentRead=True, **condition, **begin)  # type: ignore[arg-type]
        for item in page["Items"]:
            row = from_item(item, RequestRow)
            since = setting({"openSince": row["requestedAt"]})
            self._update_if(customer_id, row["requestId"], is_left_out & Attr("status").exists(), since)
        last = page.get("LastEvaluatedKey")
        return str(last["requestId"]) if last else None

    def of_backfill(self, backfill_id: str) -> Iterator[RequestRow]:
        """`customerId`, `requestId` and `status` of a backfill's requests that have arrived; eventually consistent."""
        condition = Key("backfillId").eq(backfill_id)
        return rows(self._table.query, RequestRow, IndexName=BY_BACKFILL.name, KeyConditionExpression=condition)

    def count_by_status(self, backfill_id: str) -> dict[str, int]:
        """The number of a backfill's requests by status; eventually consistent."""
        return dict(Counter(row["status"] for row in self.of_backfill(backfill_id)))

    def _update_if(self, customer_id: str, request_id: str, condition: ConditionBase, update: Update) -> bool:
        return update_if(self._table, REQUESTS.key(customer_id, request_id), condition, update)
