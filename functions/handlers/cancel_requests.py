"""CancelRequests: the next requests of a backfill that was stopped are ended, sent or not.

The last window's goes first: a slot that one gives back finds none behind it that would start in its place.
"""

import json
from typing import Any, Final

from functions.runtime.backfills import backfill_in
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.backfill.backfill import cancel

SLICE: Final = 100  # two or three calls each


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{stopped, next}` -> `{backfillId, requests, next}`. `stopped` is the ARN of the execution that was."""
    stopped = event["stopped"]
    document = json.loads(ports.tasks.input_of(stopped))
    backfill = backfill_in(document, stopped.rpartition(":")[2], ports)
    end = min(event["next"] + SLICE, len(backfill))
    reason = f"the backfill {backfill.backfill_id} was stopped"
    for number in range(event["next"], end):
        cancel(backfill.request(len(backfill) - 1 - number), reason, ports.settings.execution_lifecycle_arn, ports)
    return {"backfillId": backfill.backfill_id, "requests": len(backfill), "next": end}
