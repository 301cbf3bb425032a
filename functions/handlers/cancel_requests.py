"""CancelRequests: cancels the next requests of a stopped backfill, sent or not; of a paused one those not in AMC yet.

It begins with the last window, so that a released slot does not start another request of the same backfill.
"""

import json
from typing import Final, TypedDict

from functions.runtime.backfills import backfill_in
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.backfill.backfill import has_slot
from functions.services.execution.cancelling import cancel
from wfm.model.backfills import PAUSED

REQUESTS_PER_CALL: Final = 100  # two or three calls each


class CancelRequestsInput(TypedDict):
    """The ARN of the `stopped` execution, and how many requests have been cancelled already."""

    stopped: str
    next: int


class CancelRequestsOutput(TypedDict):
    """How many `requests` the backfill has, and how many have been cancelled so far."""

    backfillId: str
    requests: int
    next: int


@entry
def handler(event: CancelRequestsInput, ports: Ports) -> CancelRequestsOutput:
    """Cancel the next REQUESTS_PER_CALL requests."""
    stopped = event["stopped"]
    document = json.loads(ports.tasks.input_of(stopped))
    backfill = backfill_in(document, stopped.rpartition(":")[2], ports)
    end = min(event["next"] + REQUESTS_PER_CALL, len(backfill))
    is_paused = ports.tasks.error_of(stopped) == PAUSED
    reason = f"the backfill {backfill.backfill_id} was {'paused' if is_paused else 'stopped'}"
    for number in backfill.numbers[::-1][event["next"] : end]:
        if not (is_paused and has_slot(ports.requests.find(*backfill.request_key(number)))):
            cancel(backfill.request(number), reason, ports.settings.execution_lifecycle_arn, ports)
    return {"backfillId": backfill.backfill_id, "requests": len(backfill), "next": end}
