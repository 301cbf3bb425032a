"""The agency's inbox: a queue that gets each of WFM's events, by a rule on the bus as a subscriber would have it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from local.runtime import Runtime

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NAME: Final = "agency-inbox"
AT_RISK, LATE = "Run At Risk", "Run Late"


@dataclass(frozen=True, slots=True)
class Event:
    """One event: what it is, when it was sent, and its detail."""

    kind: str
    time: datetime
    detail: Mapping[str, Any]

    @classmethod
    def of(cls, envelope: Mapping[str, Any]) -> "Event":
        """As EventBridge hands it over."""
        return cls(envelope["detail-type"], datetime.fromisoformat(envelope["time"]), envelope["detail"])

    def as_json(self) -> dict[str, object]:
        """A line of events.jsonl."""
        about = {name: self.detail.get(name) for name in ("customerId", "workflowId", "requestId", "executionStatus")}
        return {"kind": self.kind, "time": self.time.isoformat(), **about, "detail": dict(self.detail)}


@dataclass(slots=True)
class Inbox:
    """The events so far."""

    sqs: "SQSClient"
    url: str
    events: list[Event] = field(default_factory=list)

    def read(self) -> None:
        """Take in what has come."""
        self.events += list(self._new())

    def save(self, path: Path) -> None:
        """All of them, a line each."""
        lines = [json.dumps(event.as_json()) for event in self.events]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _new(self) -> Iterator[Event]:
        while messages := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                yield Event.of(json.loads(message["Body"]))
            entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
            self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]


def subscribe(runtime: Runtime) -> Inbox:
    """A rule for all that WFM says, and the queue that it sends to."""
    sqs, events = runtime.emulator.client("sqs"), runtime.emulator.client("events")
    url = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rule = events.put_rule(Name=NAME, EventPattern=json.dumps({"source": ["wfm"]}))["RuleArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(_policy(arn, rule))})
    events.put_targets(Rule=NAME, Targets=[{"Id": "1", "Arn": arn}])
    return Inbox(sqs, url)


def _policy(queue_arn: str, rule_arn: str) -> dict[str, object]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
