"""A message in a queue, read by the client as `start_execution` would read it."""

from collections.abc import Mapping
from typing import Any

from wfm.client.adapters.queue_messages import Message
from wfm.errors import InvalidRecord, PermanentError
from wfm.model import json_schema
from wfm.model.messages import SqsRecord, read_message
from wfm.model.request_ids import id_from, rejected_row
from wfm.model.requests import ExecutionRequest, request_row


def read(queue_url: str, message: Message, stack: str) -> ExecutionRequest:
    """The request in it; PermanentError when it can never work."""
    record: SqsRecord = {
        "messageId": message.message_id,
        "body": message.body,
        "eventSourceARN": f"arn:aws:sqs:::{queue_url.rpartition('/')[2]}",
        "attributes": {"SentTimestamp": str(int(message.sent_at.timestamp() * 1000))},
    }
    return read_message(record, stack, _validate)


def _validate(document: Any) -> Mapping[str, Any]:
    problems = json_schema.problems("execution_request", document)
    if problems:
        raise InvalidRecord(problems)
    found: Mapping[str, Any] = document
    return found


def row_of(customer_id: str, queue_url: str, message: Message, stack: str) -> dict[str, Any]:
    """The row that tells of a message in ExecutionRequests, whether or not it can be read."""
    try:
        return request_row(read(queue_url, message, stack), message.sent_at)
    except PermanentError:
        return rejected_row(customer_id, id_from(message.message_id), {"message": message.body}, message.sent_at)
