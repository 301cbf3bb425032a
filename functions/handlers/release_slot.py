"""ReleaseSlot: ends a request, however its execution ended: records the outcome and releases the slot."""

from typing import NotRequired, TypedDict, final

from functions.runtime.entry import entry, log_about
from functions.runtime.wiring import Ports
from functions.services.execution.auto_resubmit import resubmit_if_allowed
from functions.services.execution.chaining import continue_chain, has_links_after
from functions.services.execution.completion import complete_request, request_of_execution
from functions.services.scheduling.failures_in_a_row import count_end
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
    """Complete the request, count it for its schedule, and send it again or what runs after it. Answers its outcome."""
    given = event["outcome"]
    found = request_of_execution(event["input"], event["executionName"], ports.requests)
    log_about(found.row or {"customerId": found.customer_id, "requestId": id_from(found.request_id)})
    if "status" in given:
        outcome = Outcome(RequestStatus(given["status"]), given.get("reason", ""), given.get("error", ""))
    else:
        outcome = of_error(given["error"], given.get("cause", ""), found.row or {})
    complete_request(found, event["input"], outcome, ports)
    if outcome.status != RequestStatus.SUCCEEDED:
        resubmit_if_allowed(found.customer_id, found.request_id, ports)
    count_end(found.row, ports)
    if has_links_after(found.row, found.tenant):
        continue_chain(found.customer_id, found.request_id, ports)
    return outcome.to_document()
