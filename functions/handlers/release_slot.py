"""ReleaseSlot: ends a request, however its execution ended: records the outcome and releases the slot."""

from typing import NotRequired, TypedDict, final

from functions.runtime.entry import entry, log_about
from functions.runtime.wiring import Ports
from functions.services.execution.completion import end_request, request_of_execution
from wfm.model.outcomes import Outcome, OutcomeDocument, of_error
from wfm.model.request_ids import id_from
from wfm.model.statuses import RequestStatus


@final
class ErrorDocument(TypedDict):
    """The error with which a state failed, in Step Functions' words."""

    error: str
    cause: NotRequired[str]


class ReleaseSlotInput(TypedDict):
    """`outcome` is the run's outcome, or the error of a state."""

    input: object
    executionName: str
    outcome: OutcomeDocument | ErrorDocument


@entry
def handler(event: ReleaseSlotInput, ports: Ports) -> OutcomeDocument:
    """End the request, with all that follows from it. Answers its outcome."""
    given = event["outcome"]
    found = request_of_execution(event["input"], event["executionName"], ports.requests)
    log_about(found.row or {"customerId": found.customer_id, "requestId": id_from(found.request_id)})
    if "status" in given:
        outcome = Outcome(RequestStatus(given["status"]), given.get("reason", ""), given.get("error", ""))
    else:
        outcome = of_error(given["error"], given.get("cause", ""), found.row or {})
    end_request(found, event["input"], outcome, ports)
    return outcome.to_document()
