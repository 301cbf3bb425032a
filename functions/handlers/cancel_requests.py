"""CancelRequests: the next requests of a backfill that was stopped are ended, sent or not.

The last window's goes first: a slot that one gives back finds none behind it that would start in its place.
"""

import json
from typing import Final, TypedDict

from functions.runtime.backfills import backfill_in
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.backfill.backfill import cancel

REQUESTS_PER_CALL: Final = 100  # two or three calls each


class CancelRequestsInput(TypedDict):
    """The ARN of the execution that was `stopped`, and how many requests have been ended already."""

    stopped: str
    next: int


class CancelRequestsOutput(TypedDict):
    """How many `requests` the backfill has, and how many have been ended by now."""

    backfillId: str
    requests: int
    next: int


@entry
def handler(event: CancelRequestsInput, ports: Ports) -> CancelRequestsOutput:
    """End the next slice."""
    stopped = event["stopped"]
    document = json.loads(ports.tasks.input_of(stopped))
    backfill = backfill_in(document, stopped.rpartition(":")[2], ports)
    end = min(event["next"] + REQUESTS_PER_CALL, len(backfill))
    reason = f"the backfill {backfill.backfill_id} was stopped"
    for number in range(event["next"], end):
        cancel(backfill.request(len(backfill) - 1 - number), reason, ports.settings.execution_lifecycle_arn, ports)
    return {"backfillId": backfill.backfill_id, "requests": len(backfill), "next": end}
