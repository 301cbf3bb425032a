"""A lifecycle execution was aborted, timed out or crashed: cancel its AMC run, free its slot, close its request."""

import json
from typing import Any

from functions.domain.closing import cancel_run, close
from functions.domain.errors import WfmError
from functions.domain.outcomes import Outcome
from functions.domain.preparation import identify
from functions.runtime.entry import entry, logger
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> None:
    """An EventBridge event `Step Functions Execution Status Change` of `execution_lifecycle`."""
    detail = event["detail"]
    document = json.loads(detail.get("input") or "{}")
    customer_id, request_id = identify(document, detail["name"])
    reason = f"the execution {detail['name']} ended as {detail['status']}"
    stopped = Outcome("CANCELLED" if detail["status"] == "ABORTED" else "FAILED", reason, "ExecutionStopped")
    try:
        outcome = cancel_run(customer_id, request_id, ports) or stopped
    except WfmError as exc:  # the slot is free all the same: a run that goes on takes one as an external run does
        logger.warning("the AMC run is not cancelled", error=type(exc).__name__, problem=str(exc))
        outcome = stopped
    close(customer_id, request_id, document, outcome, ports)
