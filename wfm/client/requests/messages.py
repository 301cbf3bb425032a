"""The messages that ask a tenant's queue for one AMC run each: written, and read as `start_execution` reads them."""

import json
from datetime import datetime

from wfm.client.adapters.queue_messages import Message
from wfm.errors import InvalidRecord, InvalidRequest, PermanentError
from wfm.model import json_schema
from wfm.model.messages import read_body
from wfm.model.priorities import PRIORITIES
from wfm.model.request_checks import check_request
from wfm.model.request_ids import id_from, rejected_row
from wfm.model.requests import MAX_BODY_BYTES, ExecutionRequest, read_request, request_row, resolve
from wfm.model.rows import Document, object_in


def execution_message(document: Document, now: datetime) -> str:
    """The body, checked by WFM's own rules, so that a mistake shows here and not in a queue.

    `document` has `customerId`, `requestId`, `priority`, `source` and the `payload` in AMC's field names,
    whose None values are left out. Date functions are tried against `now` and sent as they are: WFM resolves
    them when it prepares the run. InvalidRequest names the field.
    """
    if document["priority"] not in PRIORITIES:
        raise InvalidRequest("priority", f"{document['priority']!r} is unknown", ", ".join(PRIORITIES))
    payload = {key: value for key, value in object_in(document["payload"]).items() if value is not None}
    document = {**document, "payload": payload}
    check_request(document, strict=True)
    resolve(read_request(document, str(document["requestId"])), now)
    body = json.dumps(document, separators=(",", ":"))
    size = len(body.encode())
    if size > MAX_BODY_BYTES:
        raise InvalidRequest("body", f"{size:,} bytes are too many", f"at most {MAX_BODY_BYTES:,} bytes")
    return body


def read(message: Message, customer_id: str) -> ExecutionRequest:
    """The request in a message of the customer's queue; PermanentError when it can never work."""
    return read_body(message.body, message.message_id, customer_id, message.sent_at, _validate)


def _validate(document: object) -> Document:
    problems = json_schema.problems("execution_request", document)
    if problems:
        raise InvalidRecord(problems)
    return object_in(document)


def row_of(customer_id: str, message: Message) -> dict[str, object]:
    """The row that a message would get in ExecutionRequests, whether or not it can be read."""
    try:
        return request_row(read(message, customer_id), message.sent_at)
    except PermanentError:
        return rejected_row(customer_id, id_from(message.message_id), {"message": message.body}, message.sent_at)
