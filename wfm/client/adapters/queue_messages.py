"""Messages in tenants' queues: peeked at, received, put back, deleted, sent."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import ChangeMessageVisibilityBatchRequestEntryTypeDef, MessageTypeDef

WAITING: Final = "ApproximateNumberOfMessages"
IN_FLIGHT: Final = "ApproximateNumberOfMessagesNotVisible"
AT_ONCE: Final = 10  # messages that SQS gives or takes in one call
LONG_POLL_SECONDS = 1  # without it SQS asks some of its servers only
IN_HAND_SECONDS: Final = 900  # after which a message that a killed command had in hand comes back


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Messages in a queue, by SQS's own estimate: those that wait, and those that somebody is working on."""

    waiting: int
    in_flight: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `receives` counts this one too, `receipt` is good for as long as it is in hand."""

    message_id: str
    body: str
    sent_at: datetime
    receives: int
    attributes: Mapping[str, str]
    receipt: str


class QueueMessages:
    """Over all tenants' queues, which are named by their URLs."""

    def __init__(self, sqs: "SQSClient") -> None:
        self._sqs = sqs

    def peek(self, queue_url: str) -> list[Message]:
        """At most ten messages, which stay where they are. It counts as a receive of each of them."""
        return self._receive(queue_url, 0)

    def take(self, queue_url: str, most: int) -> Generator[Message, None, None]:
        """At most `most` messages, each in hand until it is deleted, put back, or a quarter of an hour has passed.

        Closed early, it puts back what it has received and not given out.
        """
        while most > 0:
            found = self._receive(queue_url, IN_HAND_SECONDS, min(most, AT_ONCE))
            if not found:
                return
            most -= len(found)
            try:
                while found:
                    yield found.pop(0)
            finally:
                self.put_back(queue_url, found)

    def _receive(self, queue_url: str, seconds: int, most: int = AT_ONCE) -> list[Message]:
        answer = self._sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=most,
            VisibilityTimeout=seconds,
            WaitTimeSeconds=LONG_POLL_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        return [_message(item) for item in answer.get("Messages", [])]

    def put_back(self, queue_url: str, messages: Sequence[Message]) -> None:
        """They can be received again at once; one whose time in hand has run out can be so already."""
        for start in range(0, len(messages), AT_ONCE):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(place), "ReceiptHandle": message.receipt, "VisibilityTimeout": 0}
                for place, message in enumerate(messages[start : start + AT_ONCE])
            ]
            self._sqs.change_message_visibility_batch(QueueUrl=queue_url, Entries=entries)

    def delete(self, queue_url: str, message: Message) -> None:
        """Delete a message that is in hand."""
        self._sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message.receipt)

    def send(self, queue_url: str, body: str, request_id: str, deduplication_id: str | None = None) -> None:
        """Send a request. Groups of one: no request waits for another's delivery.

        What is sent again under the same `deduplication_id` (without one: the request's id) within five minutes is one
        message.
        """
        self._sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=body,
            MessageGroupId=request_id,
            MessageDeduplicationId=deduplication_id or request_id,
        )

    def depth(self, queue_url: str) -> QueueDepth | None:
        """How much is in a queue; None if there is no such queue."""
        try:
            answer = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[WAITING, IN_FLIGHT])
        except self._sqs.exceptions.QueueDoesNotExist:
            return None
        return QueueDepth(int(answer["Attributes"][WAITING]), int(answer["Attributes"][IN_FLIGHT]))

    def most_receives(self, queue_url: str) -> int | None:
        """After how many receives SQS moves a message to the dead letter queue; None if it never does."""
        answer = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"])
        policy = answer.get("Attributes", {}).get("RedrivePolicy")
        return int(json.loads(policy)["maxReceiveCount"]) if policy else None


def _message(item: "MessageTypeDef") -> Message:
    system = item.get("Attributes", {})
    given = item.get("MessageAttributes", {})
    return Message(
        item["MessageId"],
        item["Body"],
        datetime.fromtimestamp(int(system.get("SentTimestamp", "0")) / 1000, UTC),
        int(system.get("ApproximateReceiveCount", "0")),
        {name: value.get("StringValue", "") for name, value in given.items()},
        item["ReceiptHandle"],
    )
