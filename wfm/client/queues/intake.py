"""A message in a queue, read by the client as `start_execution` would read it."""

from collections.abc import Mapping
from typing import Any

from wfm.client.queues.messages import Message
from wfm.errors import InvalidRecord
from wfm.model import json_schema
from wfm.model.messages import read_body
from wfm.model.requests import ExecutionRequest


def read(message: Message, customer_id: str) -> ExecutionRequest:
    """The request in a message of the customer's queue; PermanentError when it can never work."""
    return read_body(message.body, message.message_id, customer_id, message.sent_at, _validate)


def _validate(document: Any) -> Mapping[str, Any]:
    problems = json_schema.problems("execution_request", document)
    if problems:
        raise InvalidRecord(problems)
    found: Mapping[str, Any] = document
    return found
