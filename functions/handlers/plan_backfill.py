"""PlanBackfill: all that can be known to go wrong is refused before the first request is sent."""

from functools import partial
from typing import TypedDict

from functions.runtime.backfills import backfill_in
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.backfill.backfill import check_targets
from wfm.model.backfills import check_requests
from wfm.model.json_schema import validate

_validate = partial(validate, "execution_request")


class PlanBackfillInput(TypedDict):
    """The backfill as somebody asked for it, and the execution's name, which is its id."""

    input: object
    executionName: str


class PlanBackfillOutput(TypedDict):
    """`requests` is how many there are."""

    backfillId: str
    requests: int


@entry
def handler(event: PlanBackfillInput, ports: Ports) -> PlanBackfillOutput:
    """InvalidRequest or UnknownCustomer for a backfill that cannot work."""
    backfill = backfill_in(event["input"], event["executionName"], ports)
    check_requests(backfill, _validate, ports.clock())
    check_targets(backfill, ports)
    return {"backfillId": backfill.backfill_id, "requests": len(backfill)}
