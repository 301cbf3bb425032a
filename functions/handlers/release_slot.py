"""ReleaseSlot: every way out of the lifecycle: the slot goes to the next, the outcome onto the request's row."""

from typing import NotRequired, TypedDict, final

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.auto_resubmit import resubmit_if_allowed
from functions.services.execution.completion import complete_request, request_of_execution
from wfm.model.outcomes import Outcome, OutcomeDocument, of_error
from wfm.model.statuses import RequestStatus


@final
class ErrorDocument(TypedDict):
    """What a state failed with, in Step Functions' words."""

    error: str
    cause: NotRequired[str]


class ReleaseSlotInput(TypedDict):
    """`outcome` tells how the run has ended, or how a state failed."""

    input: object
    executionName: str
    outcome: OutcomeDocument | ErrorDocument


@entry
def handler(event: ReleaseSlotInput, ports: Ports) -> OutcomeDocument:
    """End the request with its outcome, which is the answer; send it again where its policy says so."""
    given = event["outcome"]
    customer_id, request_id = request_of_execution(event["input"], event["executionName"], ports.requests)
    if "status" in given:
        outcome = Outcome(RequestStatus(given["status"]), given.get("reason", ""), given.get("error", ""))
    else:
        row = ports.requests.find(customer_id, request_id) or {}
        outcome = of_error(given["error"], given.get("cause", ""), row)
    complete_request(customer_id, request_id, event["input"], outcome, ports)
    if outcome.status != RequestStatus.SUCCEEDED:
        resubmit_if_allowed(customer_id, request_id, ports)
    return outcome.to_document()
