"""PlanBackfill: refuses a backfill that cannot work, before the first request is sent."""

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
    """The backfill as somebody gave it, not checked yet; the execution's name is the backfill's id."""

    input: object
    executionName: str


class PlanBackfillOutput(TypedDict):
    """The backfill's id, and its number of requests."""

    backfillId: str
    requests: int


@entry
def handler(event: PlanBackfillInput, ports: Ports) -> PlanBackfillOutput:
    """Check all requests and all tenants. InvalidRequest or UnknownCustomer names what is wrong."""
    backfill = backfill_in(event["input"], event["executionName"], ports)
    check_requests(backfill, _validate, ports.clock())
    check_targets(backfill, ports)
    return {"backfillId": backfill.backfill_id, "requests": len(backfill)}
