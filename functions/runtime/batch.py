"""Batches of stream records or messages: each on its own, and only those that failed come again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from functions.runtime.entry import log_fields, logger
from wfm.model.rows import Row
from wfm.store.stream_images import from_stream_image

Event = Mapping[str, object]  # a batch as Lambda hands it over: its `Records`


@dataclass(frozen=True)
class Change:
    """A row was written or removed. `key` names it; `old` and `new` are None where there was none, or is none now."""

    event_id: str
    event_name: str
    key: Mapping[str, str]
    old: Row | None
    new: Row | None


class _Logged(BatchProcessor):
    def failure_handler(self, record: Any, exception: Any) -> Any:
        """Say why a record comes again."""
        logger.warning("a record comes again", **log_fields(exception[1]))
        return super().failure_handler(record, exception)


def each_change(event: Event, handle: Callable[[Change], None]) -> PartialItemFailureResponse:
    """`{"batchItemFailures": [...]}` after `handle` of every record of a table's stream.

    Lambda repeats everything from the first failed record on, so every handler may see a change twice.
    """
    return _each(event, EventType.DynamoDBStreams, lambda record: handle(_change(record)))


def each_message(event: Event, handle: Callable[[Any], None]) -> PartialItemFailureResponse:
    """`{"batchItemFailures": [...]}` after `handle` of every message (`wfm.model.messages.SqsRecord`)."""
    return _each(event, EventType.SQS, handle)


def _each(event: Event, kind: EventType, handle: Callable[[Any], None]) -> PartialItemFailureResponse:
    """`handle` gets the plain dict that AWS sent."""
    processor = _Logged(event_type=kind, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=dict(event), record_handler=lambda record: handle(record.raw_event), processor=processor
    )


def _change(record: Any) -> Change:
    images = record["dynamodb"]
    return Change(
        event_id=record.get("eventID", ""),
        event_name=record.get("eventName", ""),
        key={name: value["S"] for name, value in images.get("Keys", {}).items() if "S" in value},
        old=from_stream_image(images.get("OldImage")),
        new=from_stream_image(images.get("NewImage")),
    )
