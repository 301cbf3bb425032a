"""A tenant's queue and dead letter queue in moto, and executions of the lifecycle that can be stopped."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import boto3

from wfm.client.adapters.lifecycle_machine import NONE, OVER, STOPPED
from wfm.client.records import Request

PAYLOAD = {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}


def body(request_id: str | None = "r1", **fields: Any) -> str:
    """A message that WFM takes."""
    named = {"requestId": request_id} if request_id else {}
    return json.dumps({"customerId": "acme", **named, "payload": PAYLOAD, **fields})


class Post:
    """What a test puts into the queues of a tenant, and what it finds there."""

    def __init__(self, deployed: Any, receives: int = 1000, customer: str = "acme") -> None:
        self._sqs = boto3.client("sqs")
        self.dead = self._create(f"{customer}-DLQ.fifo", {})
        arn = self._sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": receives})
        self.queue = self._create(f"{customer}.fifo", {"RedrivePolicy": redrive})
        deployed.put_row(customer, queueUrl=self.queue, deadLetterQueueUrl=self.dead)

    def _create(self, name: str, settings: dict[str, str]) -> str:
        settings = {"FifoQueue": "true", "VisibilityTimeout": "0", **settings}
        url: str = self._sqs.create_queue(QueueName=name, Attributes=settings)["QueueUrl"]  # type: ignore[arg-type]
        return url

    def put(self, text: str) -> None:
        """A message that waits."""
        self._send(self.queue, text, {})

    def put_dead(self, text: str, request_id: str = "", reason: str = "timeWindowEnd: is missing") -> None:
        """A message that was refused, or (without an id) that SQS gave up on."""
        refusal = {"errorName": "InvalidRequest", "reason": reason, "requestId": request_id} if request_id else {}
        self._send(self.dead, text, refusal)

    def _send(self, url: str, text: str, attributes: dict[str, str]) -> None:
        self._sqs.send_message(
            QueueUrl=url,
            MessageBody=text,
            MessageGroupId=uuid.uuid4().hex,
            MessageDeduplicationId=uuid.uuid4().hex,
            MessageAttributes={k: {"DataType": "String", "StringValue": v} for k, v in attributes.items()},
        )

    def waiting(self) -> list[dict[str, Any]]:
        """The messages that wait."""
        return [json.loads(text) for text in self._texts(self.queue)]

    def dead_letters(self) -> list[str]:
        """The dead letters."""
        return self._texts(self.dead)

    def _texts(self, url: str) -> list[str]:
        found = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [message["Body"] for message in found.get("Messages", [])]


@dataclass
class FakeLifecycle:
    """Executions that run are RUNNING; `cleans_up` is what WFM does after one was stopped."""

    deployed: Any
    running: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)
    stopped: list[str] = field(default_factory=list)
    cleans_up: bool = True

    @staticmethod
    def history(_request: Request) -> list[Any]:
        """Nothing is remembered of them."""
        return []

    def stop(self, request: Request, _cause: str) -> str:
        if request.request_id in self.over:
            return OVER
        if request.request_id not in self.running:
            return NONE
        self.stopped.append(request.request_id)
        if self.cleans_up:
            reason = f"the execution acme.{request.request_id} ended as ABORTED"
            self.deployed.put_request(
                request.request_id, "CANCELLED", reason=reason, endedAt="2026-11-23T15:00:00.000Z"
            )
        return STOPPED
