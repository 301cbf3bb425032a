import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from functions.aws.queues import MAX_LETTER_BYTES, MAX_MESSAGE_BYTES, TenantQueues
from tests.adapters.queue_contents import KEY, PREFIX, bodies, send, settings
from wfm.errors import InvalidRecord, NotReadyYet

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

KEPT_SETTINGS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "true",
    "DeduplicationScope": "messageGroup",
    "FifoThroughputLimit": "perMessageGroupId",
    "KmsDataKeyReusePeriodSeconds": "86400",
    "KmsMasterKeyId": KEY,
    "MessageRetentionPeriod": "1209600",
    "VisibilityTimeout": "180",
}


def test_a_tenant_gets_a_queue_and_a_dead_letter_queue(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")

    assert queue.endswith(f"/{PREFIX}-acme.fifo")
    assert dead_letters.endswith(f"/{PREFIX}-acme-DLQ.fifo")
    for url in (queue, dead_letters):
        assert settings(sqs, url).items() >= KEPT_SETTINGS.items()


def test_what_keeps_crashing_goes_to_the_dead_letter_queue(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")

    redrive = json.loads(settings(sqs, queue)["RedrivePolicy"])
    assert redrive == {"deadLetterTargetArn": settings(sqs, dead_letters)["QueueArn"], "maxReceiveCount": 1000}
    assert "RedrivePolicy" not in settings(sqs, dead_letters)


def test_nobody_speaks_to_a_queue_without_tls(queues: TenantQueues, sqs: "SQSClient") -> None:
    for url in queues.ensure("acme"):
        found = settings(sqs, url)
        (statement,) = json.loads(found["Policy"])["Statement"]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "sqs:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert statement["Resource"] == found["QueueArn"]


def test_settings_that_drifted_are_put_right_and_messages_stay(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    before = settings(sqs, queue)
    send(sqs, queue, "waiting")
    send(sqs, dead_letters, "parked")
    for url in (queue, dead_letters):
        drift: Any = {"VisibilityTimeout": "30", "MessageRetentionPeriod": "60", "KmsMasterKeyId": "", "Policy": ""}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=drift)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": ""})

    assert queues.ensure("acme") == (queue, dead_letters)

    after = settings(sqs, queue)
    for name in (*KEPT_SETTINGS, "RedrivePolicy", "Policy"):
        assert after[name] == before[name]
    assert settings(sqs, dead_letters).items() >= KEPT_SETTINGS.items()
    assert (bodies(sqs, queue), bodies(sqs, dead_letters)) == (["waiting"], ["parked"])


def another_deployment(sqs: "SQSClient", lambda_client: "LambdaClient") -> TenantQueues:
    """One whose prefix and the customer `me` join to what PREFIX and `ac-me` do."""
    return TenantQueues(sqs, lambda_client, f"{PREFIX}-ac", KEY, f"{PREFIX}-ac-StartExecution")


def test_a_queue_of_another_deployment_is_not_taken_over(
    queues: TenantQueues, sqs: "SQSClient", lambda_client: "LambdaClient"
) -> None:
    other = another_deployment(sqs, lambda_client)
    queue, dead_letters = other.ensure("me")
    before = settings(sqs, queue), settings(sqs, dead_letters)

    with pytest.raises(InvalidRecord, match=f"belongs to the deployment {PREFIX}-ac, and not to {PREFIX};"):
        queues.ensure("ac-me")

    assert (settings(sqs, queue), settings(sqs, dead_letters)) == before
    assert other.ensure("me") == (queue, dead_letters)


def test_who_was_refused_takes_nothing_away_from_the_other_deployment(
    queues: TenantQueues, sqs: "SQSClient", lambda_client: "LambdaClient"
) -> None:
    queue, _ = another_deployment(sqs, lambda_client).ensure("me")
    send(sqs, queue, "theirs")

    queues.disconnect("ac-me")
    assert list(queues.drain("ac-me")) == []
    queues.delete("ac-me")

    assert bodies(sqs, queue) == ["theirs"]


def test_an_error_other_than_a_missing_queue_goes_through(
    queues: TenantQueues, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetQueueUrl")

    monkeypatch.setattr(sqs, "get_queue_url", denied)

    with pytest.raises(ClientError, match="AccessDenied"):
        queues.ensure("acme")


@pytest.mark.parametrize("code", ["AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"])
def test_a_queue_that_was_deleted_a_moment_ago_is_made_later(
    queues: TenantQueues, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code}}, "CreateQueue")

    monkeypatch.setattr(sqs, "create_queue", refuse)

    with pytest.raises(NotReadyYet, match=f"{PREFIX}-acme-DLQ.fifo was deleted less than a minute ago"):
        queues.ensure("acme")


def test_a_queue_that_may_not_be_made_says_why(
    queues: TenantQueues, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "CreateQueue")

    monkeypatch.setattr(sqs, "create_queue", refuse)

    with pytest.raises(ClientError, match="AccessDenied"):
        queues.ensure("acme")


def test_what_can_never_work_is_parked_with_its_reason(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    arn = settings(sqs, queue)["QueueArn"]
    reason = {"errorName": "InvalidRequest", "reason": "é" * 2000, "requestId": ""}

    queues.dead_letter(arn, "not json", reason, "message-1")

    (message,) = sqs.receive_message(QueueUrl=dead_letters, MessageAttributeNames=["All"])["Messages"]
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert message["Body"] == "not json"
    assert told == {
        "errorName": "InvalidRequest",
        "reason": "é" * 1000 + "... (1000 more characters were cut off)",
    }
    assert bodies(sqs, queue) == []


@pytest.mark.parametrize("character", ["x", '"', "é", "\U0001f600"])
def test_the_largest_message_fits_beside_the_longest_reason(
    queues: TenantQueues, sqs: "SQSClient", character: str
) -> None:
    """SQS counts a message's attributes with their names and types (SQS API reference, MessageAttributeValue)."""
    queue, dead_letters = queues.ensure("acme")
    body = character * (int(settings(sqs, queue)["MaximumMessageSize"]) // len(character.encode()))
    longest = "\U0001f600" * MAX_LETTER_BYTES
    reason = dict.fromkeys(("errorName", "reason", "requestId"), longest)

    queues.dead_letter(settings(sqs, queue)["QueueArn"], body, reason, "message-1")

    (message,) = sqs.receive_message(QueueUrl=dead_letters, MessageAttributeNames=["All"])["Messages"]
    attributes = message["MessageAttributes"]
    parts = [body, *(part for name, value in attributes.items() for part in (name, *value.values()))]
    size = sum(len(str(part).encode()) for part in parts)
    assert message["Body"] == body
    assert all("more characters were cut off" in value["StringValue"] for value in attributes.values())
    assert len(body.encode()) > MAX_MESSAGE_BYTES - 4
    assert size <= int(settings(sqs, dead_letters)["MaximumMessageSize"]) <= MAX_LETTER_BYTES == 2**20


def test_a_message_that_is_parked_twice_lies_there_once(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    arn = settings(sqs, queue)["QueueArn"]

    for message_id in ("message-1", "message-1", "message-2"):
        queues.dead_letter(arn, "the same text", {}, message_id)

    assert bodies(sqs, dead_letters) == ["the same text", "the same text"]


def test_the_depth_of_a_queue_is_what_waits_in_it(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    send(sqs, queue, "one")
    send(sqs, queue, "two")

    assert (queues.depth(queue), queues.depth(dead_letters)) == (2, 0)
    queues.delete("acme")
    assert queues.depth(queue) == 0


def test_a_letter_of_the_largest_message_fits_with_any_reason(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    body = "x" * MAX_MESSAGE_BYTES

    queues.dead_letter(
        settings(sqs, queue)["QueueArn"], body, {"reason": "\u00fc" * 5000, "errorName": "y" * 5000}, "m1"
    )

    assert bodies(sqs, dead_letters) == [body]
    assert int(settings(sqs, queue)["MaximumMessageSize"]) == MAX_MESSAGE_BYTES
