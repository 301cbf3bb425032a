import json
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.message_batches import GROUPS_OF_A_BACKFILL
from functions.aws.queues import TenantQueues
from wfm.errors import NotReadyYet
from wfm.model.requests import scheduled_request_id

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def a_document(request_id: str, **fields: Any) -> dict[str, Any]:
    return {"customerId": "acme", "requestId": request_id, "payload": {"workflowId": "reach"}, **fields}


def received(sqs: "SQSClient", url: str) -> list[Any]:
    """All messages of the queue, with their group and deduplication ids."""
    found: list[Any] = []
    while page := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages"):
        found += page
    return found


def test_each_document_is_a_message_in_a_group_of_its_own(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, _ = queues.ensure("acme")
    documents = [a_document(f"r{number:02}") for number in range(23)]

    queues.send("acme", documents)

    messages = received(sqs, queue)
    assert [json.loads(message["Body"]) for message in messages] == documents
    for message, document in zip(messages, documents, strict=True):
        ids = message["Attributes"]
        assert ids["MessageGroupId"] == ids["MessageDeduplicationId"] == document["requestId"]


def test_ids_that_differ_in_case_alone_are_two_messages(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, _ = queues.ensure("acme")

    queues.send("acme", [a_document("Reach-1"), a_document("reach-1")])

    assert [json.loads(message["Body"])["requestId"] for message in received(sqs, queue)] == ["Reach-1", "reach-1"]


def test_the_documents_of_a_backfill_share_a_few_groups(queues: TenantQueues, sqs: "SQSClient") -> None:
    """So Lambda starts a few at a time, however many there are; the same one is always in the same group."""
    queue, _ = queues.ensure("acme")
    documents = [a_document(f"r{number:02}", backfillId="b1") for number in range(8)]

    queues.send("acme", documents)
    queues.send("acme", documents)

    ids = [message["Attributes"] for message in received(sqs, queue)]
    assert len({each["MessageGroupId"] for each in ids}) == GROUPS_OF_A_BACKFILL
    assert len(ids) == len({each["MessageDeduplicationId"] for each in ids}) == 8


def test_what_a_schedule_asks_for_has_the_id_of_its_firing(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, _ = queues.ensure("acme")
    moment = "2026-11-23T08:00:00Z"
    firing = {"customerId": "acme", "source": "schedule:daily", "scheduledTime": moment, "payload": {"workflowId": "w"}}

    queues.send("acme", [firing])
    queues.send("acme", [firing])

    (message,) = received(sqs, queue)
    assert message["Attributes"]["MessageDeduplicationId"] == scheduled_request_id("daily", moment)


def test_large_documents_go_in_smaller_batches(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, _ = queues.ensure("acme")
    text = "x" * 100_000

    queues.send("acme", [a_document(f"r{number}", source=text) for number in range(5)])

    assert len(received(sqs, queue)) == 5


def test_no_documents_need_no_call(queues: TenantQueues, sqs: "SQSClient") -> None:
    queue, _ = queues.ensure("acme")

    queues.send("acme", [])

    assert received(sqs, queue) == []


def test_without_a_queue_nothing_is_sent(queues: TenantQueues) -> None:
    with pytest.raises(NotReadyYet, match="nobody has no queue"):
        queues.send("nobody", [a_document("r1")])


def test_what_sqs_does_not_take_at_first_is_sent_again(
    queues: TenantQueues, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.ensure("acme")
    asked: list[list[str]] = []

    def faltering(*, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 (boto3's names)
        assert QueueUrl.endswith("-acme.fifo")
        asked.append([entry["Id"] for entry in Entries])
        return {"Failed": [{"Id": "r1", "Code": "InternalError"}] if len(asked) == 1 else []}

    monkeypatch.setattr(sqs, "send_message_batch", faltering)
    queues.send("acme", [a_document("r0"), a_document("r1"), a_document("r2")])

    assert asked == [["r0", "r1", "r2"], ["r1"]]


def test_what_sqs_never_takes_is_left_for_later(
    queues: TenantQueues, sqs: "SQSClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.ensure("acme")
    failure = {"Failed": [{"Id": "r0", "Code": "InternalError", "Message": "not now"}]}
    monkeypatch.setattr(sqs, "send_message_batch", lambda **_: failure)

    with pytest.raises(NotReadyYet, match=r"1 messages could not be sent to .*: not now"):
        queues.send("acme", [a_document("r0"), a_document("r1")])
