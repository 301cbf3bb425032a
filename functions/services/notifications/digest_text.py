"""The text of a digest, for mail."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from wfm.model.rows import Document
from wfm.model.wait_times import WAITS

Digest = TypedDict(
    "Digest",
    {
        "digest": str,
        "customerId": str,
        "from": str,
        "until": str,
        "statuses": Mapping[str, int],
        "workflows": Mapping[str, Mapping[str, int]],
        "failures": Sequence[Document],
        "waits": Sequence[Document],
    },
)


def as_text(document: Digest) -> str:
    """The lines of a document of `functions.services.notifications.digests.digest`."""
    lines = [
        f"{document['customerId']}, {_minute(document['from'])} to {_minute(document['until'])} UTC",
        "",
        f"Ended: {_counts(document['statuses'])}",
    ]
    lines += [f"  {name}: {_counts(counts)}" for name, counts in document["workflows"].items()]
    if document["failures"]:
        lines += ["", "Failures by reason"]
        lines += [f"  {failure['runs']} x {failure['reason']}" for failure in document["failures"]]
    if document["waits"]:
        lines += ["", "The longest waits (queue, slot, AMC's own queue)"]
        lines += [_wait(wait) for wait in document["waits"]]
    return "\n".join(lines) + "\n"


def _wait(wait: Document) -> str:
    each = [value for name in WAITS if isinstance(value := wait.get(name, 0), int | float)]
    return f"  {_span(sum(each))} ({', '.join(map(_span, each))})  {wait['workflowId']} {wait['id']}"


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items(), key=lambda each: -each[1]))


def _span(seconds: float) -> str:
    """`1 h 05 min`, `12 min`, `40 s`."""
    minutes, hours = int(seconds) // 60, int(seconds) // 3600
    return f"{hours} h {minutes % 60:02} min" if hours else f"{minutes} min" if minutes else f"{int(seconds)} s"
