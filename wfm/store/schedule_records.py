"""Schedules as people write them; WFM carries out every change that it finds on the table's stream."""

from collections.abc import Sequence

from boto3.dynamodb.conditions import Attr

from wfm.model.rows import Document, ScheduleRow
from wfm.store.items import replacing, to_attributes
from wfm.store.schedules_table import SchedulesTable
from wfm.store.schema import SCHEDULES
from wfm.store.table_rows import scanned


class ScheduleRecords(SchedulesTable):
    """WFM's own fields stay as they are."""

    def all(self) -> list[ScheduleRow]:
        """Every tenant's rows, by customer and name. A scan: for overviews only."""
        return sorted(scanned(self._table, ScheduleRow), key=lambda row: (row["customerId"], row["Name"]))

    def set(self, customer_id: str, name: str, given: Document, gone: Sequence[str]) -> None:
        """Set fields and take others out, making the row if need be."""
        self._table.update_item(Key=SCHEDULES.key(customer_id, name), **replacing(to_attributes(given), gone))

    def pause(self, customer_id: str, name: str, by: str | None = None, *, paused: bool) -> bool:
        """Say whether it is paused, and who wants it so; False if there is no such row.

        Who resumes it begins anew with the failures in a row, and a pause that was not announced yet is not any more.
        """
        change = {"paused": paused or None, "pauseSetBy": by}
        change |= {} if paused else {"failedFirings": None, "pauseUntold": None}
        return self._update(customer_id, name, change, Attr("Name").exists())
