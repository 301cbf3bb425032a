"""A message in a queue, read by the client as `start_execution` would read it."""

from wfm.client.adapters.queue_messages import Message
from wfm.errors import InvalidRecord, PermanentError
from wfm.model import json_schema
from wfm.model.messages import read_body
from wfm.model.request_ids import id_from, rejected_row
from wfm.model.requests import ExecutionRequest, request_row
from wfm.model.rows import Document, object_in


def read(message: Message, customer_id: str) -> ExecutionRequest:
    """The request in a message of the customer's queue; PermanentError when it can never work."""
    return read_body(message.body, message.message_id, customer_id, message.sent_at, _validate)


def _validate(document: object) -> Document:
    problems = json_schema.problems("execution_request", document)
    if problems:
        raise InvalidRecord(problems)
    return object_in(document)


def row_of(customer_id: str, message: Message) -> dict[str, object]:
    """The row that tells of a message in ExecutionRequests, whether or not it can be read."""
    try:
        return request_row(read(message, customer_id), message.sent_at)
    except PermanentError:
        return rejected_row(customer_id, id_from(message.message_id), {"message": message.body}, message.sent_at)
