"""Sends requests to a tenant's queue, ten at a time."""

import json
from binascii import crc32
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from wfm.errors import NotReadyYet
from wfm.model.requests import ExecutionRequest, read_request
from wfm.model.rows import Document

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH: Final = 10  # SQS's most (API reference, SendMessageBatch)
BATCH_BYTES: Final = 262_144  # all messages of a batch together
MAX_SENDS: Final = 3
GROUPS_OF_A_BACKFILL: Final = 2


def send_all(sqs: "SQSClient", queue_url: str, documents: Sequence[Document]) -> None:
    """Send each request as a message under its id; those that SQS refuses are retried, in the end with NotReadyYet."""
    for batch in _batches([_entry(document) for document in documents]):
        _send(sqs, queue_url, batch)


def _entry(document: Document) -> dict[str, str]:
    """SQS deduplicates a message inside its group for five minutes, WFM for ever."""
    request = read_request(document, "")
    return {
        "Id": request.request_id,
        "MessageBody": json.dumps(document),
        "MessageGroupId": _group_of(request),
        "MessageDeduplicationId": request.request_id,
    }


def _group_of(request: ExecutionRequest) -> str:
    """Lambda takes the messages of a group one batch after the other.

    A request has a group of its own; those of a backfill share a few, so that thousands of them leave room for others.
    """
    if request.backfill_id is None:
        return request.request_id
    return f"{request.backfill_id}.{crc32(request.request_id.encode()) % GROUPS_OF_A_BACKFILL}"


def _batches(entries: Sequence[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    batch: list[dict[str, str]] = []
    size = 0
    for entry in entries:
        length = len(entry["MessageBody"].encode())
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def _send(sqs: "SQSClient", queue_url: str, batch: Sequence[dict[str, str]]) -> None:
    entries: list[Any] = list(batch)
    message = ""
    for _ in range(MAX_SENDS):
        failed = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries).get("Failed", [])
        if not failed:
            return
        message = failed[0].get("Message", failed[0]["Code"])
        failed_ids = {failure["Id"] for failure in failed}
        entries = [entry for entry in entries if entry["Id"] in failed_ids]
    raise NotReadyYet(f"{len(entries)} messages could not be sent to {queue_url}: {message}")
