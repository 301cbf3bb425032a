"""ReleaseSlot: every way out of the lifecycle: the slot goes to the next, the outcome onto the request's row."""

from dataclasses import asdict
from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.auto_resubmit import resubmit_if_allowed
from functions.services.execution.completion import complete_request
from wfm.model.outcomes import Outcome, of_error
from wfm.model.request_ids import identify
from wfm.model.statuses import RequestStatus


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{input, executionName, outcome}` -> `{status, reason, error}`.

    The outcome is `{status, reason, error}` where a run has ended, `{error, cause}` where a state failed.
    """
    told = event["outcome"]
    customer_id, request_id = identify(event["input"], event["executionName"])
    if "status" in told:
        outcome = Outcome(RequestStatus(told["status"]), told.get("reason", ""), told.get("error", ""))
    else:
        row = ports.requests.find(customer_id, request_id) or {}
        outcome = of_error(told["error"], told.get("cause", ""), row)
    complete_request(customer_id, request_id, event["input"], outcome, ports)
    if outcome.status != RequestStatus.SUCCEEDED:
        resubmit_if_allowed(customer_id, request_id, ports)
    return asdict(outcome)
