"""The request in a message of a tenant's queue."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, NotRequired, TypedDict

from wfm.errors import InvalidRequest
from wfm.model import json_text
from wfm.model.dynamodb_limits import check_storable
from wfm.model.predecessors import customers_of, read_special, unwrapped
from wfm.model.request_checks import check_request
from wfm.model.request_ids import Validate, id_from
from wfm.model.requests import (
    MAX_BODY_BYTES,
    ExecutionRequest,
    read_request,
    resolve,
)

SHORTEST_PAUSE: Final = 30  # seconds
LONGEST_PAUSE: Final = 900


class SqsRecord(TypedDict):
    """A message as Lambda hands it over; `SentTimestamp` among its `attributes` is in milliseconds.

    `receiptHandle` is what it is put back with.
    """

    messageId: str
    receiptHandle: NotRequired[str]
    body: str
    attributes: Mapping[str, str]
    eventSourceARN: str


def customer_of_queue(queue_arn: str, prefix: str) -> str:
    """The tenant whose queue this is."""
    return queue_arn.rsplit(":", 1)[1].removeprefix(f"{prefix}-").removesuffix(".fifo")


def sent_at(record: SqsRecord) -> datetime:
    """When a message was sent: what it asks for is relative to this, not to its delivery."""
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)


def pause_after(tries: int) -> int:
    """For how many seconds a message rests after so many tries: twice as long each time."""
    return int(min(SHORTEST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE))


def read_message(record: SqsRecord, prefix: str, validate: Validate) -> ExecutionRequest:
    """The request in an SQS record of a tenant's queue; PermanentError when it can never work."""
    owner = customer_of_queue(record["eventSourceARN"], prefix)
    return read_body(record["body"], record["messageId"], owner, sent_at(record), validate)


def read_body(body: str, message_id: str, owner: str, sent: datetime, validate: Validate) -> ExecutionRequest:
    """The request in a message that was `sent` to the queue of `owner`; PermanentError when it can never work."""
    if len(body.encode()) > MAX_BODY_BYTES:
        raise InvalidRequest("the message", f"has {len(body.encode())} bytes", f"at most {MAX_BODY_BYTES}")
    document = unwrapped(_json(body))
    check_storable(document)
    warnings = check_request(document)
    special = read_special(document, id_from(message_id))
    if special is not None:
        return _of_owner(replace(special, warnings=tuple(warnings)), owner)
    request = replace(read_request(validate(document), id_from(message_id)), warnings=tuple(warnings))
    resolve(_of_owner(request, owner), sent)
    return request


def _of_owner(request: ExecutionRequest, owner: str) -> ExecutionRequest:
    """The request, if it is for the tenant of the queue alone."""
    others = [one for one in customers_of(request.original) if one != owner]
    if others:
        allowed = f"{owner}; one message to each tenant's queue, or StartExecution of execution_lifecycle for several"
        raise InvalidRequest("customerId", f"{others[0]!r} is not the tenant of this queue", allowed)
    return request


def _json(body: str) -> object:
    try:
        return json_text.read(body)
    except ValueError as exc:
        raise InvalidRequest("the message", f"is no JSON ({exc})", "a JSON object") from exc
