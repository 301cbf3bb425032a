"""A lifecycle execution was aborted, timed out or crashed: cancel its AMC run, free its slot, close its request."""

import json
from typing import Any

from functions.domain.closing import cancel_run, close
from functions.domain.outcomes import Outcome
from functions.domain.preparation import identify
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> None:
    """An EventBridge event `Step Functions Execution Status Change` of `execution_lifecycle`."""
    detail = event["detail"]
    document = json.loads(detail.get("input") or "{}")
    customer_id, request_id = identify(document, detail["name"])
    stopped = detail["status"] == "ABORTED"
    reason = detail.get("cause") or f"the execution {detail['name']} ended as {detail['status']}"
    outcome = Outcome("CANCELLED" if stopped else "FAILED", reason, detail.get("error") or "ExecutionStopped")
    cancel_run(customer_id, request_id, ports)
    close(customer_id, request_id, document, outcome, ports)
