"""Orders in the queue of deliveries."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from functions.aws.delivery_queue import DeliveryQueue
from wfm.model.delivery_orders import order_in
from wfm.model.result_deliveries import DeliveryOrder, ResultWindow

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NAME = "wfm-demoteam-amcdataset-deliveries"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORDER = DeliveryOrder("acme", "reach", "run-1", NOON, ResultWindow(NOON, NOON))


@pytest.fixture
def url(sqs: "SQSClient") -> str:
    return sqs.create_queue(QueueName=NAME, Attributes={"VisibilityTimeout": "5400"})["QueueUrl"]


def test_an_order_arrives_as_it_was_sent(sqs: "SQSClient", url: str) -> None:
    DeliveryQueue(sqs, NAME).send(ORDER)

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert order_in(message["Body"]) == ORDER


def test_without_a_name_there_is_no_queue_and_nothing_is_asked_of_sqs(sqs: "SQSClient") -> None:
    assert (DeliveryQueue(sqs, "").is_there, DeliveryQueue(sqs, NAME).is_there) == (False, True)
