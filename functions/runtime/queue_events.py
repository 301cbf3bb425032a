"""Batches of a queue: requests of a tenant, or EventBridge's events of stopped executions."""

from collections.abc import Callable
from typing import TypedDict

from functions.ports import Metrics
from functions.runtime.batch import BatchResponse, each_record
from wfm.model.messages import SqsRecord
from wfm.model.stopped_executions import StoppedExecution, from_event


class QueueEvent(TypedDict):
    """A batch of a queue."""

    Records: list[SqsRecord]


def each_message(event: QueueEvent, handle: Callable[[SqsRecord], None], metrics: Metrics) -> BatchResponse:
    """The failed ones after `handle` of every message."""
    return each_record(event["Records"], lambda record: record["messageId"], handle, metrics)


def each_stopped_execution(
    event: QueueEvent, handle: Callable[[StoppedExecution], None], metrics: Metrics
) -> BatchResponse:
    """Like `each_message`, for messages that hold EventBridge's `Step Functions Execution Status Change`."""
    return each_message(event, lambda record: handle(from_event(record["body"])), metrics)
