"""What the client may write into ExecutionRequests: that a request is cancelled, or why it will be."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr

from wfm.calendar.timestamps import epoch, iso
from wfm.model.requests import STOP_REASON
from wfm.model.rows import Document
from wfm.model.statuses import RequestStatus
from wfm.store.items import changing, setting, to_item
from wfm.store.table_rows import RowKey, holds, update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class RequestChanges:
    """Conditional writes only: what WFM writes meanwhile stays."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def cancel_unseen(self, row: Document, reason: str, now: datetime, keep: timedelta) -> bool:
        """Write a request as cancelled, so that its message starts nothing; False if WFM has a row of it.

        The row ages out after `keep`, as those do that WFM ends.
        """
        item = to_item({**row, **_end(reason, now, keep), "openSince": None})
        return holds(lambda: self._table.put_item(Item=item, ConditionExpression=Attr("requestId").not_exists()))

    def cancel_queued(self, key: RowKey, reason: str, now: datetime, keep: timedelta) -> bool:
        """Cancel a request that is still QUEUED; False if it is not."""
        is_queued = Attr("status").eq(RequestStatus.QUEUED)
        return update_if(self._table, key, is_queued, changing({**_end(reason, now, keep), "openSince": None}))

    def note_resubmission(self, key: RowKey, successor: str, by: str) -> bool:
        """Record as what, and by whom, the request was sent again; False if its row is gone."""
        change = setting({"resubmittedAs": successor, "resubmittedBy": by})
        return update_if(self._table, key, Attr("requestId").exists(), change)

    def note_stop(self, key: RowKey, reason: str) -> bool:
        """Record why the request's execution will be stopped, for its clean-up; False if the request has ended.

        Called in threads: it goes through the client that the table has, since only that may be shared.
        """
        client, name, change = self._table.meta.client, self._table.name, setting({STOP_REASON: reason})
        is_active = "attribute_exists(requestId) AND attribute_not_exists(endedAt)"
        return holds(lambda: client.update_item(TableName=name, Key=key, ConditionExpression=is_active, **change))


def _end(reason: str, now: datetime, keep: timedelta) -> Document:
    return {
        "status": RequestStatus.CANCELLED,
        "reason": reason,
        "errorName": "Cancelled",
        "endedAt": iso(now),
        "expireTimestamp": epoch(now + keep),
    }
