"""PlanBackfill: all that can be known to go wrong is refused before the first request is sent."""

from functools import partial
from typing import Any

from functions.runtime.backfills import backfill_in
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.backfill.backfill import check_targets
from wfm.model.backfills import check_requests
from wfm.model.json_schema import validate

_validate = partial(validate, "execution_request")


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{input, executionName}` -> `{backfillId, requests}`."""
    backfill = backfill_in(event["input"], event["executionName"], ports)
    check_requests(backfill, _validate, ports.clock())
    check_targets(backfill, ports)
    return {"backfillId": backfill.backfill_id, "requests": len(backfill)}
