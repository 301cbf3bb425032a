"""The Schedules table: each tenant's desired schedules, and their status in EventBridge."""

from collections.abc import Set
from datetime import datetime
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from wfm.calendar.timestamps import iso
from wfm.model.rows import Document, ScheduleRow
from wfm.model.schedules import DESIRED_FIELDS, WFM_FIELDS
from wfm.model.stored_schedule import WATCHED
from wfm.store.items import Update, adding, changing, to_item
from wfm.store.schema import CATCH_UP, DEADLINES, SCHEDULES
from wfm.store.table_rows import find_row, first_rows, holds, row_after, rows_of, update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_WRITTEN = {*DESIRED_FIELDS, "libraryVersion", "libraryHash"} - {*SCHEDULES.keys, *WFM_FIELDS}
_IS_THERE = Attr("Name").exists()
_NO_SUCCESS = Attr("failuresSince").not_exists()


class SchedulesTable:
    """Implements `functions.ports.Schedules`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str, name: str) -> ScheduleRow | None:
        """The schedule's row, read consistently: a stream event may be older."""
        return find_row(self._table, SCHEDULES.key(customer_id, name), ScheduleRow)

    def of_tenant(self, customer_id: str) -> list[ScheduleRow]:
        """The rows of a tenant's schedules."""
        return rows_of(
            self._table, ScheduleRow, KeyConditionExpression=Key("customerId").eq(customer_id), ConsistentRead=True
        )

    def catching_up(self) -> list[tuple[str, str]]:
        """customerId and Name of the schedules that catch up on missed times; eventually consistent."""
        found = [
            row
            for wish in ("last", "all")
            for row in rows_of(
                self._table, ScheduleRow, IndexName=CATCH_UP.name, KeyConditionExpression=Key("catchUp").eq(wish)
            )
        ]
        return [(row["customerId"], row["Name"]) for row in found]

    def to_look_at(self, until: datetime, limit: int) -> list[tuple[str, str]]:
        """customerId and Name of those whose watched firing is to be looked at by then, the longest overdue first.

        By index, so a moment late.
        """
        condition = Key("watched").eq(WATCHED) & Key("checkAt").lte(iso(until))
        query = {"IndexName": DEADLINES.name, "KeyConditionExpression": condition}
        return [(row["customerId"], row["Name"]) for row in first_rows(self._table, ScheduleRow, limit, **query)]

    def move_watch(self, customer_id: str, name: str, seen: str, fields: Document) -> bool:
        """Set the fields of the watch over its deadlines, if the next look is still `seen`; False if not."""
        return self._update(customer_id, name, fields, _IS_THERE & Attr("checkAt").eq(seen))

    def put_desired(self, row: Document, seen: Document | None) -> bool:
        """Write what the library wants, if the row is still as `seen` (None: not there); WFM's own fields stay."""
        if seen is None:
            return holds(lambda: self._table.put_item(Item=to_item(row), ConditionExpression=Attr("Name").not_exists()))
        fields: dict[str, object] = {name: value for name, value in row.items() if name not in SCHEDULES.keys}
        fields |= {name: None for name in _theirs(seen) if name not in row}
        return self._update(str(row["customerId"]), str(row["Name"]), fields, _unchanged(seen))

    def remove(self, customer_id: str, name: str, seen: Document | None = None) -> bool:
        """Delete the row, if it is still as `seen` (None: however it is)."""
        key = SCHEDULES.key(customer_id, name)
        if seen is None:
            return holds(lambda: self._table.delete_item(Key=key))
        unchanged = _unchanged(seen)
        return holds(lambda: self._table.delete_item(Key=key, ConditionExpression=unchanged))

    def save_state(self, customer_id: str, name: str, **fields: object) -> None:
        """Set WFM's own fields of a row that still exists; a field that is None is taken out."""
        self._update(customer_id, name, fields, _IS_THERE)

    def record_run(self, customer_id: str, name: str, scheduled_time: str, request_id: str) -> None:
        """Record the last run of a schedule that still exists; an older run never replaces a newer one."""
        is_newer = Attr("lastRunAt").not_exists() | Attr("lastRunAt").lt(scheduled_time)
        self._update(
            customer_id, name, {"lastRunAt": scheduled_time, "lastRequestId": request_id}, _IS_THERE & is_newer
        )

    def add_failure(self, customer_id: str, name: str, firing: str) -> ScheduleRow | None:
        """Record that the firing of that time failed; the row afterwards. Idempotent.

        None if the schedule is gone, or a later firing has succeeded.
        """
        update = adding({"UpdateExpression": ""}, {"failedFirings": {firing}})
        counts = _IS_THERE & (_NO_SUCCESS | Attr("failuresSince").lt(firing))
        return row_after(self._table, SCHEDULES.key(customer_id, name), counts, update, ScheduleRow)

    def add_success(self, customer_id: str, name: str, firing: str) -> ScheduleRow | None:
        """Record that the firing of that time succeeded; the row afterwards, None as for a failure. Idempotent."""
        is_newest = _IS_THERE & (_NO_SUCCESS | Attr("failuresSince").lte(firing))
        update = changing({"failuresSince": firing})
        return row_after(self._table, SCHEDULES.key(customer_id, name), is_newest, update, ScheduleRow)

    def forget_failures(self, customer_id: str, name: str, firings: Set[str]) -> None:
        """Take these firings off those that failed. Idempotent."""
        update: Update = {
            "UpdateExpression": "DELETE failedFirings :firings",
            "ExpressionAttributeValues": {":firings": {*firings}},
        }
        update_if(self._table, SCHEDULES.key(customer_id, name), _IS_THERE, update)

    def pause_failing(self, customer_id: str, name: str, failed: Set[str], reason: str, now: datetime) -> bool:
        """Pause the schedule, if these are the firings that failed; False if not, or if it is paused already."""
        unchanged = Attr("failedFirings").eq({*failed}) & Attr("paused").ne(True)
        return self._update(
            customer_id, name, {"paused": True, "pauseSetBy": reason, "pauseUntold": iso(now)}, _IS_THERE & unchanged
        )

    def take_over(self, customer_id: str, name: str, request_id: str, seen: str | None) -> bool:
        """Record which request of the schedule goes on; False if it is no longer `seen`, or the schedule is gone."""
        unchanged = Attr("goingOn").eq(seen) if seen else Attr("goingOn").not_exists()
        return self._update(customer_id, name, {"goingOn": request_id}, _IS_THERE & unchanged)

    def advance_watermark(self, customer_id: str, name: str, until: str, seen: str) -> bool:
        """Move the catch-up watermark to `until`; False if it is no longer `seen`."""
        return self._update(customer_id, name, {"coveredUntil": until}, Attr("coveredUntil").eq(seen))

    def _update(self, customer_id: str, name: str, fields: Document, condition: ConditionBase) -> bool:
        """Set the fields, take out those that are None; False when the condition did not hold."""
        return update_if(self._table, SCHEDULES.key(customer_id, name), condition, changing(fields))


def _theirs(row: Document) -> list[str]:
    """The fields that are not WFM's own, but for the key."""
    return [name for name in row if name not in WFM_FIELDS and name not in SCHEDULES.keys]


def _unchanged(seen: Document) -> ConditionBase:
    """Condition: the fields that the library and people write are those that were seen, and no others."""
    condition: ConditionBase = _IS_THERE
    for name, value in to_item({name: seen[name] for name in _theirs(seen)}).items():
        condition = condition & Attr(name).eq(value)
    for name in sorted(_WRITTEN - set(seen)):
        condition = condition & Attr(name).not_exists()
    return condition
