"""From a message in a tenant's queue to a row of ExecutionRequests, or to the dead letter queue."""

from collections.abc import Iterable

from functions.ports import Ports, Schedules
from functions.services.execution.completion import complete_request, find_request
from wfm.calendar.timestamps import iso, parse
from wfm.errors import InvalidRequest, PermanentError, UnknownCustomer
from wfm.model.messages import SqsRecord, customer_of_queue, read_message, sent_at
from wfm.model.outcomes import Outcome
from wfm.model.request_ids import REFUSED_MESSAGE, Validate, id_from, own_request_id, rejected_row
from wfm.model.requests import SCHEDULE_SOURCE, ExecutionRequest, request_row
from wfm.model.statuses import RequestStatus


def refuse(record: SqsRecord, prefix: str, error: PermanentError, ports: Ports) -> dict[str, str]:
    """Record and announce a message that can never work; the attributes that it gets in the dead letter queue."""
    outcome = Outcome(RequestStatus.REJECTED, str(error), type(error).__name__)
    customer_id = customer_of_queue(record["eventSourceARN"], prefix)
    request_id = _id_for_refusal(record, customer_id, ports)
    row = rejected_row(customer_id, request_id, {"message": record["body"]}, ports.clock())
    ports.requests.add({**row, REFUSED_MESSAGE: record["messageId"]})
    complete_request(find_request(customer_id, request_id, ports.requests), row["request"], outcome, ports)
    return {"errorName": outcome.error, "reason": outcome.reason, "requestId": request_id}


def refuse_used_id(request: ExecutionRequest, ports: Ports) -> dict[str, str]:
    """End a request whose id was that of another one, of which only the execution's name is left."""
    problem = f"{request.request_id!r} was another request, whose row has aged out; its name is kept for 90 days"
    error = InvalidRequest("requestId", problem, "an id that was not used yet")
    outcome = Outcome(RequestStatus.REJECTED, str(error), type(error).__name__)
    complete_request(
        find_request(request.customer_id, request.request_id, ports.requests), request.original, outcome, ports
    )
    return {"errorName": outcome.error, "reason": outcome.reason, "requestId": request.request_id}


def _id_for_refusal(record: SqsRecord, customer_id: str, ports: Ports) -> str:
    """The message's own request id if no other request has it, else the message's id."""
    message_id = record["messageId"]
    own = own_request_id(record["body"])
    known = ports.requests.find(customer_id, own) if own else None
    is_free = known is None or known.get(REFUSED_MESSAGE) == message_id
    return own if own and is_free else id_from(message_id)


def park(records: Iterable[SqsRecord], customer_id: str, prefix: str, validate: Validate, ports: Ports) -> None:
    """DrainQueue, DeprovisionTenant: reject and announce the requests of a removed tenant's queue, under their ids."""
    removed = UnknownCustomer(f"customerId: {customer_id!r} was removed while this request was in its queue")
    outcome = Outcome(RequestStatus.REJECTED, str(removed), type(removed).__name__)
    for record in records:
        try:
            request = read_message(record, prefix, validate)
        except PermanentError:
            refuse(record, prefix, removed, ports)
        else:
            ports.requests.add(request_row(request, sent_at(record)))
            complete_request(
                find_request(customer_id, request.request_id, ports.requests), request.original, outcome, ports
            )


def record_run(request: ExecutionRequest, schedules: Schedules) -> None:
    """Set the last run of the schedule that sent the request, if any; one that is made again is none."""
    if "refreshOf" not in request.original and request.source.startswith(SCHEDULE_SOURCE) and request.scheduled_time:
        name, at = request.source.removeprefix(SCHEDULE_SOURCE), iso(parse(request.scheduled_time))
        schedules.record_run(request.customer_id, name, at, request.request_id)
