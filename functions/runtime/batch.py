"""Batches of records, mostly of a table's stream: each is handled by itself, and only failed ones are retried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from boto3.dynamodb.types import TypeDeserializer

from functions.runtime.entry import about_one_run
from wfm.model.rows import Document
from wfm.store.items import from_item

Image = Mapping[str, Any]  # a row, each value under its DynamoDB type: {"S": "acme"}


class StreamImages(TypedDict, total=False):
    """The key of a row, and the row before and after the change."""

    Keys: Image
    OldImage: Image
    NewImage: Image


class StreamRecord(TypedDict):
    """A change of a row, as Lambda reads it from a table's stream."""

    eventID: NotRequired[str]
    eventName: NotRequired[str]
    dynamodb: StreamImages


class StreamEvent(TypedDict):
    """A batch of a table's stream."""

    Records: list[StreamRecord]


@dataclass(frozen=True)
class Change:
    """A row was written or removed. `key` names it; `old` is None for a new row, `new` for a removed one."""

    event_id: str
    event_name: str
    key: Mapping[str, str]
    old: Document | None
    new: Document | None


def each_change(event: StreamEvent, handle: Callable[[Change], None]) -> PartialItemFailureResponse:
    """`{"batchItemFailures": [...]}` after `handle` of every record of a table's stream.

    Lambda repeats everything from the first failed record on, so a handler may see a change twice.
    """
    return each_record(event, EventType.DynamoDBStreams, lambda record: handle(_change(record)))


def each_record(event: Mapping[str, Any], kind: EventType, handle: Callable[[Any], None]) -> PartialItemFailureResponse:
    """`{"batchItemFailures": [...]}` after `handle` of every record, as Lambda sent it.

    Why a record will be repeated is logged, with the ids that `handle` has added for it.
    """

    def handle_one(record: Any) -> None:
        with about_one_run("a record will be retried"):
            handle(record.raw_event)

    processor = BatchProcessor(event_type=kind, raise_on_entire_batch_failure=False)
    return process_partial_response(event=dict(event), record_handler=handle_one, processor=processor)


def _change(record: StreamRecord) -> Change:
    images = record["dynamodb"]
    return Change(
        event_id=record.get("eventID", ""),
        event_name=record.get("eventName", ""),
        key={name: value["S"] for name, value in images.get("Keys", {}).items() if "S" in value},
        old=from_stream_image(images.get("OldImage")),
        new=from_stream_image(images.get("NewImage")),
    )


def from_stream_image(image: Image | None) -> Document | None:
    """The row in an image of a stream record."""
    if image is None:
        return None
    return from_item({name: TypeDeserializer().deserialize(value) for name, value in image.items()}, dict[str, object])
