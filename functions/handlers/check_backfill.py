"""CheckBackfill: how many of a backfill's requests have ended, and how."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.backfill.backfill import progress


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{backfillId}` -> `{ended, outcome: {succeeded, failed, rejected, cancelled}}`."""
    return progress(ports.requests.count_by_status(event["backfillId"]))
