"""CheckBackfill: counts how many of a backfill's requests have ended, and how."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.backfill.backfill import Progress, progress


class CheckBackfillInput(TypedDict):
    """The execution's name."""

    backfillId: str


@entry
def handler(event: CheckBackfillInput, ports: Ports) -> Progress:
    """Count by an index, which may be a moment behind."""
    return progress(ports.requests.count_by_status(event["backfillId"]))
