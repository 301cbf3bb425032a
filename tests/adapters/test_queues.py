import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.adapters.queues import TenantQueues

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

PREFIX = "wfm-demoteam-amcdataset"
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
FUNCTION = f"{PREFIX}-StartExecution"
KEPT_SETTINGS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "true",
    "DeduplicationScope": "messageGroup",
    "FifoThroughputLimit": "perMessageGroupId",
    "KmsMasterKeyId": KEY,
    "MessageRetentionPeriod": "1209600",
    "VisibilityTimeout": "180",
}


@pytest.fixture(scope="session")
def sqs(session: boto3.Session) -> "SQSClient":
    return session.client("sqs")


@pytest.fixture(scope="session")
def lambda_client(session: boto3.Session) -> "LambdaClient":
    return session.client("lambda")


@pytest.fixture(scope="session")
def iam(session: boto3.Session) -> "IAMClient":
    return session.client("iam")


@pytest.fixture
def queues(sqs: "SQSClient", lambda_client: "LambdaClient") -> TenantQueues:
    return TenantQueues(sqs, lambda_client, PREFIX, KEY, FUNCTION)


@pytest.fixture
def start_execution(lambda_client: "LambdaClient", iam: "IAMClient") -> str:
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    function = lambda_client.create_function(
        FunctionName=FUNCTION, Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": b"code"}
    )
    return function["FunctionArn"]


def settings(sqs: "SQSClient", url: str) -> dict[str, Any]:
    found: Any = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return dict(found)


def send(sqs: "SQSClient", url: str, body: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=body)


def bodies(sqs: "SQSClient", url: str) -> list[str]:
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return sorted(message["Body"] for message in messages)


def test_a_tenant_gets_a_queue_and_a_dead_letter_queue(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")

    assert queue.endswith(f"/{PREFIX}-acme.fifo")
    assert dead_letters.endswith(f"/{PREFIX}-acme-DLQ.fifo")
    for url in (queue, dead_letters):
        assert settings(sqs, url).items() >= KEPT_SETTINGS.items()


def test_what_keeps_crashing_goes_to_the_dead_letter_queue(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")

    redrive = json.loads(settings(sqs, queue)["RedrivePolicy"])
    assert redrive == {"deadLetterTargetArn": settings(sqs, dead_letters)["QueueArn"], "maxReceiveCount": 10}
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


def test_an_error_other_than_a_missing_queue_goes_through(
    queues: TenantQueues, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetQueueUrl")

    monkeypatch.setattr(sqs, "get_queue_url", denied)

    with pytest.raises(ClientError, match="AccessDenied"):
        queues.ensure("acme")


def test_a_queue_is_connected_once(
    queues: TenantQueues, lambda_client: "LambdaClient", sqs: "SQSClient", start_execution: str
) -> None:
    queue, _ = queues.ensure("acme")

    assert queues.connect(queue) == queues.connect(queue)

    (mapping,) = lambda_client.list_event_source_mappings()["EventSourceMappings"]
    assert mapping["EventSourceArn"] == settings(sqs, queue)["QueueArn"]
    assert mapping["FunctionArn"] == start_execution
    assert mapping["BatchSize"] == 10
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_each_tenant_has_a_connection_of_its_own(queues: TenantQueues, start_execution: str) -> None:
    (one, _), (other, _) = queues.ensure("acme"), queues.ensure("umbrella")

    assert queues.connect(one) != queues.connect(other)


def test_a_connection_says_how_it_stands(queues: TenantQueues, start_execution: str) -> None:
    queue, _ = queues.ensure("acme")

    assert queues.mapping_state(queues.connect(queue)) == "Enabled"


def test_what_can_never_work_is_parked_with_its_reason(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    arn = settings(sqs, queue)["QueueArn"]
    reason = {"errorName": "InvalidRequest", "reason": "é" * 2000, "requestId": ""}

    queues.dead_letter(arn, "not json", reason, "message-1")

    (message,) = sqs.receive_message(QueueUrl=dead_letters, MessageAttributeNames=["All"])["Messages"]
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert message["Body"] == "not json"
    assert told == {"errorName": "InvalidRequest", "reason": "é" * 1000}
    assert bodies(sqs, queue) == []


def test_a_message_that_is_parked_twice_lies_there_once(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    arn = settings(sqs, queue)["QueueArn"]

    for message_id in ("message-1", "message-1", "message-2"):
        queues.dead_letter(arn, "the same text", {}, message_id)

    assert bodies(sqs, dead_letters) == ["the same text", "the same text"]
