"""Batches of records, mostly of a table's stream: each is handled by itself, and only failed ones are retried."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict, TypeVar

from boto3.dynamodb.types import TypeDeserializer

from functions.ports import Metrics
from functions.runtime.entry import about_one_run, is_transient
from wfm.errors import WfmError
from wfm.model.rows import Document
from wfm.store.items import from_item

FAILED: Final = "RecordsFailed"  # a metric: an answer that names failed records is no error to Lambda's own
Image = Mapping[str, Any]  # a row, each value under its DynamoDB type: {"S": "acme"}
Record = TypeVar("Record")


class FailedRecord(TypedDict):
    """The message id of a queue's record, or the sequence number of a stream's."""

    itemIdentifier: str


class BatchResponse(TypedDict):
    """What Lambda repeats of a batch (ReportBatchItemFailures); a queue's other messages are done."""

    batchItemFailures: list[FailedRecord]


class StreamImages(TypedDict, total=False):
    """The key of a row, its place in the stream, and the row before and after the change."""

    SequenceNumber: str
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


def each_change(event: StreamEvent, handle: Callable[[Change], None], metrics: Metrics) -> BatchResponse:
    """The failed ones after `handle` of every record of a table's stream.

    Lambda repeats everything from the first failed record on, so a handler may see a change twice.
    """
    return each_record(event["Records"], _sequence_number, lambda record: handle(_change(record)), metrics)


def each_record(
    records: Iterable[Record],
    identifier: Callable[[Record], str],
    handle: Callable[[Record], None],
    metrics: Metrics,
) -> BatchResponse:
    """The failed ones, by `identifier`, after `handle` of every record.

    Why a record will be repeated is logged, with the ids that `handle` has added for it. One that failed neither on
    purpose nor for a reason that may pass is counted: no number of tries mends a permission or a fault of the code.
    """
    failed: list[FailedRecord] = []
    for record in records:
        try:
            with about_one_run("a record will be retried"):
                handle(record)
        except Exception as exc:  # noqa: BLE001 (logged; Lambda repeats the record)
            if not (isinstance(exc, WfmError) or is_transient(exc)):
                metrics.count(FAILED)
            failed.append({"itemIdentifier": identifier(record)})
    return {"batchItemFailures": failed}


def _sequence_number(record: StreamRecord) -> str:
    return record["dynamodb"]["SequenceNumber"]


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
