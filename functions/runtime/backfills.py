"""Reads the backfill in an execution's input."""

from functions.runtime.wiring import Ports
from wfm.model.backfills import Backfill, read_backfill
from wfm.model.json_schema import validate


def backfill_in(document: object, execution_name: str, ports: Ports) -> Backfill:
    """The backfill, checked; InvalidRequest names what is wrong."""
    return read_backfill(validate("backfill", document), execution_name, ports.clock())
