"""A message in a queue, read by the client as `start_execution` would read it."""

from collections.abc import Mapping
from typing import Any

from wfm.client.queues.messages import Message
from wfm.errors import InvalidRecord
from wfm.model import json_schema
from wfm.model.messages import SqsRecord, read_message
from wfm.model.requests import ExecutionRequest


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
