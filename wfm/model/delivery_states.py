"""How the delivery of a run's result stands, as the run's row and its event tell it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote

from wfm.model.availability import LONGEST_REASON
from wfm.model.result_deliveries import Delivered, DeliveryOrder
from wfm.model.rows import DeliveryFields, Document


class DeliveryState(StrEnum):
    """SUPERSEDED: a newer run's result is there. WAITING: AMC does not give it; FAILED: nor did it for a day."""

    DELIVERED = "DELIVERED"
    SUPERSEDED = "SUPERSEDED"
    REFUSED = "REFUSED"
    WAITING = "WAITING"
    FAILED = "FAILED"

    @property
    def is_news(self) -> bool:
        """Whether it is announced."""
        return self is DeliveryState.DELIVERED or self.is_bad

    @property
    def is_bad(self) -> bool:
        """Whether somebody has to do something."""
        return self in (DeliveryState.REFUSED, DeliveryState.FAILED)


def delivery_fields(state: DeliveryState, delivered: Delivered, at: str) -> DeliveryFields:
    """The field `delivery` of a run's row."""
    fields: DeliveryFields = {"state": state, "at": at}
    if delivered.reason:
        fields |= {"reason": delivered.reason[:LONGEST_REASON]}
    if delivered.location:
        fields |= {"location": delivered.location, "table": delivered.table, "rows": delivered.rows}
        fields |= {"bytes": delivered.bytes, "suppressedRows": delivered.suppressed_rows}
    return fields


def delivery_about(order: DeliveryOrder, delivered: Delivered) -> Document:
    """What a result's event says of it beyond its run."""
    about: dict[str, object] = {"reason": delivered.reason[:LONGEST_REASON]} if delivered.reason else {}
    if delivered.location:
        database, _, table = delivered.table.rpartition(".")
        about |= {
            "location": delivered.location,
            "database": database,
            "table": table,
            "partition": partition_of(delivered.location),
            "rows": delivered.rows,
            "bytes": delivered.bytes,
            "suppressedRows": delivered.suppressed_rows,
            "isEmpty": delivered.is_empty,
            "columns": list(delivered.schema),
        }
    if order.window:
        about |= {"window": {"start": _local(order.window.start), "end": _local(order.window.end)}}
    return about


def partition_of(location: str) -> Mapping[str, str]:
    """The partition columns of a file, which its address spells out."""
    parts = (part.partition("=") for part in location.split("/") if "=" in part)
    return {name: unquote(value) for name, _, value in parts}


def _local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")
