"""What the client may write into ExecutionRequests: that a request is cancelled, and why it is going to be."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import Attr

from wfm.calendar.timestamps import epoch, iso
from wfm.model.requests import STOP_REASON
from wfm.store.conditions import holds
from wfm.store.items import setting, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

CANCELLED: Final = "CANCELLED"


class RequestChanges:
    """Conditional writes only: whatever WFM itself has written meanwhile stays."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def cancel_unseen(self, row: Mapping[str, Any], reason: str, now: datetime, keep: timedelta) -> bool:
        """Write a request as cancelled, so that its message starts nothing; False if WFM has a row of it.

        The row ages out after `keep`, as those do that WFM ends.
        """
        item = to_item(row) | _end(reason, now, keep)
        return holds(lambda: self._table.put_item(Item=item, ConditionExpression=Attr("requestId").not_exists()))

    def cancel_queued(self, key: Mapping[str, str], reason: str, now: datetime, keep: timedelta) -> bool:
        """End a request that WFM has only just taken from the queue; False if it is further by now."""
        condition = Attr("status").eq("QUEUED")
        change = setting(_end(reason, now, keep))
        return holds(lambda: self._table.update_item(Key=dict(key), ConditionExpression=condition, **change))

    def note_stop(self, key: Mapping[str, str], reason: str) -> bool:
        """Leave word why the request's execution is about to be stopped, for whoever cleans up; False if it has ended.

        Called in threads: it goes through the client that the table has, since only that may be shared.
        """
        condition, change = Attr("requestId").exists() & Attr("endedAt").not_exists(), setting({STOP_REASON: reason})
        client: Any = self._table.meta.client
        name = self._table.name
        return holds(lambda: client.update_item(TableName=name, Key=dict(key), ConditionExpression=condition, **change))


def _end(reason: str, now: datetime, keep: timedelta) -> dict[str, Any]:
    return {
        "status": CANCELLED,
        "reason": reason,
        "errorName": "Cancelled",
        "endedAt": iso(now),
        "expireTimestamp": epoch(now + keep),
    }
