"""Schedules as people write them; WFM carries out every change that it finds on the table's stream."""

from collections.abc import Mapping, Sequence
from typing import Any

from boto3.dynamodb.conditions import Attr

from wfm.store.conditions import holds
from wfm.store.items import replacing, storable
from wfm.store.pages import scanned
from wfm.store.schedules_table import SchedulesTable
from wfm.store.schema import SCHEDULES


class ScheduleRecords(SchedulesTable):
    """WFM's own fields stay as they are."""

    def all(self) -> list[Mapping[str, Any]]:
        """Every tenant's rows, by customer and name. A scan: for overviews only."""
        return sorted(scanned(self._table), key=lambda row: (str(row["customerId"]), str(row["Name"])))

    def set(self, customer_id: str, name: str, given: Mapping[str, Any], gone: Sequence[str]) -> None:
        """Set fields and take others out, making the row if need be."""
        self._table.update_item(Key=SCHEDULES.key(customer_id, name), **replacing(storable(given), gone))

    def pause(self, customer_id: str, name: str, *, paused: bool) -> bool:
        """Say whether it is paused; False if there is no such row."""
        change = replacing({"paused": True}) if paused else replacing({}, gone=["paused"])
        key, known = SCHEDULES.key(customer_id, name), Attr("Name").exists()
        return holds(lambda: self._table.update_item(Key=key, ConditionExpression=known, **change))
