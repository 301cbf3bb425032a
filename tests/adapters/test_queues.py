import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.adapters.queues import TenantQueues
from functions.domain.errors import NotReadyYet

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

    assert queues.connect(queue, enabled=True) == queues.connect(queue, enabled=True)

    (mapping,) = lambda_client.list_event_source_mappings()["EventSourceMappings"]
    assert mapping["EventSourceArn"] == settings(sqs, queue)["QueueArn"]
    assert mapping["FunctionArn"] == start_execution
    assert mapping["BatchSize"] == 10
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_each_tenant_has_a_connection_of_its_own(queues: TenantQueues, start_execution: str) -> None:
    (one, _), (other, _) = queues.ensure("acme"), queues.ensure("umbrella")

    assert queues.connect(one, enabled=True) != queues.connect(other, enabled=True)


def test_a_connection_says_how_it_stands(queues: TenantQueues, start_execution: str) -> None:
    queue, _ = queues.ensure("acme")

    assert queues.mapping_state(queues.connect(queue, enabled=True)) == "Enabled"


def test_a_paused_tenant_is_connected_and_gets_nothing(
    queues: TenantQueues, lambda_client: "LambdaClient", start_execution: str
) -> None:
    queue, _ = queues.ensure("acme")

    mapping = queues.connect(queue, enabled=False)

    assert queues.mapping_state(mapping) == "Disabled"


def test_a_connection_is_switched_and_stays_the_same(queues: TenantQueues, start_execution: str) -> None:
    queue, _ = queues.ensure("acme")

    found = [
        (queues.connect(queue, enabled=enabled), queues.mapping_state(queues.connect(queue, enabled=enabled)))
        for enabled in (True, False, False, True)
    ]

    assert [state for _, state in found] == ["Enabled", "Disabled", "Disabled", "Enabled"]
    assert len({mapping for mapping, _ in found}) == 1


@pytest.mark.parametrize(("state", "enabled"), [("Enabling", True), ("Enabled", False), ("Disabling", False)])
def test_a_connection_that_is_on_its_way_is_not_told_again(
    queues: TenantQueues, lambda_client: "LambdaClient", monkeypatch: pytest.MonkeyPatch, state: str, enabled: bool
) -> None:
    queue, _ = queues.ensure("acme")
    asked = watch_switching(monkeypatch, lambda_client, state)

    assert queues.connect(queue, enabled=enabled) == "mapping-1"

    assert asked == ([] if state.endswith("ing") else [{"UUID": "mapping-1", "Enabled": enabled}])


@pytest.mark.parametrize(("state", "enabled"), [("Disabling", True), ("Enabling", False), ("Updating", True)])
def test_a_connection_that_is_on_its_way_elsewhere_is_waited_for(
    queues: TenantQueues, lambda_client: "LambdaClient", monkeypatch: pytest.MonkeyPatch, state: str, enabled: bool
) -> None:
    queue, _ = queues.ensure("acme")
    asked = watch_switching(monkeypatch, lambda_client, state)

    with pytest.raises(NotReadyYet, match=state):
        queues.connect(queue, enabled=enabled)

    assert asked == []


def test_a_connection_that_is_being_deleted_is_waited_for(
    queues: TenantQueues, lambda_client: "LambdaClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, _ = queues.ensure("acme")
    asked = watch_switching(monkeypatch, lambda_client, "Deleting")

    for enabled in (True, False):
        with pytest.raises(NotReadyYet, match="mapping-1"):
            queues.connect(queue, enabled=enabled)

    assert asked == []


def watch_switching(monkeypatch: pytest.MonkeyPatch, client: "LambdaClient", state: str) -> list[Any]:
    """One mapping in a state that moto passes over; what is asked of it."""
    asked: list[Any] = []
    known = {"EventSourceMappings": [{"UUID": "mapping-1", "State": state}]}
    monkeypatch.setattr(client, "list_event_source_mappings", lambda **_: known)
    monkeypatch.setattr(client, "update_event_source_mapping", lambda **change: asked.append(change))
    return asked


def test_a_disconnected_queue_hands_nothing_out_and_stays(
    queues: TenantQueues, sqs: "SQSClient", lambda_client: "LambdaClient", start_execution: str
) -> None:
    (one, _), (other, _) = queues.ensure("acme"), queues.ensure("umbrella")
    queues.connect(one, enabled=True)
    kept = queues.connect(other, enabled=True)

    for _ in range(2):
        queues.disconnect("acme")

    (left,) = lambda_client.list_event_source_mappings()["EventSourceMappings"]
    assert left["UUID"] == kept
    assert settings(sqs, one)["QueueArn"]


def test_what_waits_is_taken_out_in_the_shape_in_which_lambda_gets_it(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    texts = [f"message {number:02}" for number in range(12)]
    for text in texts:
        send(sqs, queue, text.replace(" ", "-"))
    send(sqs, dead_letters, "parked")

    taken = list(queues.take_out("acme"))

    assert [record["body"] for record in taken] == [text.replace(" ", "-") for text in texts]
    assert {record["eventSourceARN"] for record in taken} == {settings(sqs, queue)["QueueArn"]}
    assert len({record["messageId"] for record in taken}) == 12
    assert settings(sqs, queue)["ApproximateNumberOfMessages"] == "0"
    assert bodies(sqs, dead_letters) == ["parked"]


def test_a_message_is_gone_only_after_it_was_dealt_with(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, _ = queues.ensure("acme")
    send(sqs, queue, "one")

    next(queues.take_out("acme"))

    assert settings(sqs, queue)["ApproximateNumberOfMessagesNotVisible"] == "1"
    with pytest.raises(NotReadyYet, match="1 messages of"):
        list(queues.take_out("acme"))


def test_a_customer_without_queues_has_nothing_to_be_taken_away(
    queues: TenantQueues, lambda_client: "LambdaClient"
) -> None:
    queues.disconnect("acme")
    queues.delete("acme")

    assert list(queues.take_out("acme")) == []


def test_both_queues_are_deleted_and_no_others(queues: TenantQueues, sqs: "SQSClient") -> None:
    queues.ensure("acme")
    others = queues.ensure("umbrella")

    for _ in range(2):
        queues.delete("acme")

    assert sorted(sqs.list_queues()["QueueUrls"]) == sorted(others)


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
    assert told == {"errorName": "InvalidRequest", "reason": "é" * 1000}
    assert bodies(sqs, queue) == []


def test_a_message_that_is_parked_twice_lies_there_once(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, dead_letters = queues.ensure("acme")
    arn = settings(sqs, queue)["QueueArn"]

    for message_id in ("message-1", "message-1", "message-2"):
        queues.dead_letter(arn, "the same text", {}, message_id)

    assert bodies(sqs, dead_letters) == ["the same text", "the same text"]
