from typing import TYPE_CHECKING

import pytest

from functions.aws.queues import TenantQueues
from tests.adapters.queue_contents import bodies, send, settings
from wfm.errors import NotReadyYet

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient


def test_what_waits_is_taken_out_in_the_shape_in_which_lambda_gets_it(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    texts = [f"message {number:02}" for number in range(12)]
    for text in texts:
        send(sqs, queue, text.replace(" ", "-"))
    send(sqs, dead_letters, "parked")

    taken = list(queues.drain("acme"))

    assert [record["body"] for record in taken] == [text.replace(" ", "-") for text in texts]
    assert {record["eventSourceARN"] for record in taken} == {settings(sqs, queue)["QueueArn"]}
    assert len({record["messageId"] for record in taken}) == 12
    assert settings(sqs, queue)["ApproximateNumberOfMessages"] == "0"
    assert bodies(sqs, dead_letters) == ["parked"]


def test_a_message_is_gone_only_after_it_was_dealt_with(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, _ = queues.ensure("acme")
    send(sqs, queue, "one")

    next(queues.drain("acme"))

    assert settings(sqs, queue)["ApproximateNumberOfMessagesNotVisible"] == "1"
    with pytest.raises(NotReadyYet, match="1 messages of"):
        list(queues.drain("acme"))


def test_a_customer_without_queues_has_nothing_to_be_taken_away(
    queues: TenantQueues, lambda_client: "LambdaClient"
) -> None:
    queues.disconnect("acme")
    queues.delete("acme")

    assert list(queues.drain("acme")) == []


def test_both_queues_are_deleted_and_no_others(queues: TenantQueues, sqs: "SQSClient") -> None:
    queues.ensure("acme")
    others = queues.ensure("umbrella")

    for _ in range(2):
        queues.delete("acme")

    assert sorted(sqs.list_queues()["QueueUrls"]) == sorted(others)
