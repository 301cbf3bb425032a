"""What `README.md` says of sending requests is true."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from functions.aws.queues import TenantQueues
from tests.adapters.conftest import aws, iam, lambda_client, moto, queues, session, sqs
from wfm.model.json_schema import validate
from wfm.model.requests import read_request

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

__all__ = ["aws", "iam", "lambda_client", "moto", "queues", "session", "sqs"]

PAGE = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(json|python)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
[REQUEST] = (json.loads(text) for kind, text in BLOCKS if kind == "json" and "payload" in text)
[SENDING] = (text for kind, text in BLOCKS if kind == "python")


@pytest.fixture
def queue(queues: TenantQueues) -> str:
    """The queue of the README's tenant."""
    return queues.ensure(REQUEST["customerId"])[0]


@pytest.fixture
def send(session: boto3.Session) -> Callable[[Any], None]:
    """The page's own example; a session makes clients as boto3 itself does."""
    return lambda request: exec(SENDING, {"boto3": session, "json": json, "request": request})  # noqa: S102


def sent(sqs: "SQSClient", queue: str) -> list[dict[str, Any]]:
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def test_requests_that_are_equal_but_for_their_ids_all_arrive(
    sqs: "SQSClient", queue: str, send: Callable[[Any], None]
) -> None:
    wanted = [REQUEST, REQUEST | {"requestId": "again"}]

    for request in wanted:
        send(request)

    assert sent(sqs, queue) == wanted
    assert read_request(validate("execution_request", REQUEST), "").request_id == REQUEST["requestId"]


def test_a_repeated_message_arrives_once(sqs: "SQSClient", queue: str, send: Callable[[Any], None]) -> None:
    send(REQUEST)
    send(REQUEST)

    assert sent(sqs, queue) == [REQUEST]


def test_equal_messages_of_one_group_without_an_id_are_dropped_silently(sqs: "SQSClient", queue: str) -> None:
    for _ in range(2):
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(REQUEST), MessageGroupId="all")

    assert len(sent(sqs, queue)) == 1
