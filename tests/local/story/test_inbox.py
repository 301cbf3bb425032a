import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.story.inbox import Event, Inbox


class Queue:
    """An SQS client with one queue."""

    def __init__(self, *bodies: str) -> None:
        self.bodies = list(bodies)

    def receive_message(self, **_: Any) -> dict[str, Any]:
        return {"Messages": [{"Body": body, "ReceiptHandle": body} for body in self.bodies[:2]]}

    def delete_message_batch(self, **given: Any) -> None:
        gone = {one["ReceiptHandle"] for one in given["Entries"]}
        self.bodies = [body for body in self.bodies if body not in gone]


def envelope(customer_id: str) -> str:
    detail = {"customerId": customer_id, "executionStatus": "SUCCEEDED"}
    return json.dumps({"detail-type": "Execution Status Change", "time": "2026-11-30T12:00:05Z", "detail": detail})


def test_everything_that_came_is_read_once_and_saved_a_line_each(tmp_path: Path) -> None:
    queue: Any = Queue(*map(envelope, ("alder-audio", "birch-bakeware", "cedar-cycles")))
    inbox = Inbox(queue, "url")

    inbox.read()
    inbox.read()
    inbox.save(tmp_path / "events.jsonl")

    assert [one.detail["customerId"] for one in inbox.events] == ["alder-audio", "birch-bakeware", "cedar-cycles"]
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [(line["customerId"], line["executionStatus"]) for line in lines] == [
        (one.detail["customerId"], "SUCCEEDED") for one in inbox.events
    ]


def test_an_event_says_when_it_was_sent() -> None:
    found = Event.of(json.loads(envelope("alder-audio")))

    assert (found.kind, found.time) == ("Execution Status Change", datetime(2026, 11, 30, 12, 0, 5, tzinfo=UTC))
