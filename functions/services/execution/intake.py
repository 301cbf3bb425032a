"""From a message in a tenant's queue to a started execution, or to the dead letter queue."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from wfm.errors import InvalidRequest, PermanentError, UnknownCustomer
from functions.services.execution.completion import close
from wfm.model.outcomes import Outcome
from functions.services.execution.preparation import Validate, id_from
from wfm.model.requests import (
    MAX_BODY_BYTES,
    ExecutionRequest,
    read_request,
    request_row,
    resolve,
)
from functions.ports import ClosingPorts
from wfm.model.dynamodb_limits import DEEPEST, check_storable


def customer_of_queue(queue_arn: str, prefix: str) -> str:
    """The tenant whose queue this is."""
    return queue_arn.rsplit(":", 1)[1].removeprefix(f"{prefix}-").removesuffix(".fifo")


def sent_at(record: Mapping[str, Any]) -> datetime:
    """When a message was sent: what it asks for is relative to this, not to its delivery."""
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)


def read_message(record: Mapping[str, Any], prefix: str, validate: Validate) -> ExecutionRequest:
    """The request in an SQS record; PermanentError when it can never work."""
    body = record["body"]
    if len(body.encode()) > MAX_BODY_BYTES:
        raise InvalidRequest("the message", f"has {len(body.encode())} bytes", f"at most {MAX_BODY_BYTES}")
    document = _json(body)
    check_storable(document)
    request = read_request(validate(document), id_from(record["messageId"]))
    owner = customer_of_queue(record["eventSourceARN"], prefix)
    if request.customer_id != owner:
        raise InvalidRequest("customerId", f"{request.customer_id!r} is not the tenant of this queue", owner)
    resolve(request, sent_at(record))
    return request


def _json(body: str) -> Any:
    try:
        return json.loads(body, parse_constant=_no_number)
    except ValueError as exc:
        raise InvalidRequest("the message", f"is no JSON ({exc})", "a JSON object") from exc
    except RecursionError as exc:
        raise InvalidRequest("the message", "is nested too deeply", f"at most {DEEPEST} levels") from exc


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")


def refuse(record: Mapping[str, Any], prefix: str, error: PermanentError, ports: ClosingPorts) -> dict[str, str]:
    """Record and announce a message that can never work; the reason that goes with it into the dead letter queue."""
    outcome = Outcome("REJECTED", str(error), type(error).__name__)
    message_id = id_from(record["messageId"])
    close(
        customer_of_queue(record["eventSourceARN"], prefix),
        message_id,
        {"message": record["body"]},
        outcome,
        ports,
    )
    return {"errorName": outcome.error, "reason": outcome.reason, "requestId": message_id}


def park(
    records: Iterable[Mapping[str, Any]], customer_id: str, prefix: str, validate: Validate, ports: ClosingPorts
) -> None:
    """Record and announce what a removed tenant's queue still held, each request under its own id."""
    removed = UnknownCustomer(f"customerId: {customer_id!r} was removed while this request was in its queue")
    outcome = Outcome("REJECTED", str(removed), type(removed).__name__)
    for record in records:
        try:
            request = read_message(record, prefix, validate)
        except PermanentError:
            refuse(record, prefix, removed, ports)
        else:
            ports.requests.add(request_row(request, sent_at(record)))
            close(customer_id, request.request_id, request.original, outcome, ports)
