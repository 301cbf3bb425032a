"""Batches of a queue: requests of a tenant, or EventBridge's events of stopped executions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypedDict

from functions.ports import Metrics
from functions.runtime.batch import BatchResponse, each_record
from functions.runtime.entry import logger
from functions.runtime.wiring import Ports
from wfm.model.messages import SqsRecord, pause_after
from wfm.model.stopped_executions import StoppedExecution, from_event


class QueueEvent(TypedDict):
    """A batch of a queue."""

    Records: list[SqsRecord]


def each_message(event: QueueEvent, handle: Callable[[SqsRecord], None], metrics: Metrics) -> BatchResponse:
    """The failed ones after `handle` of every message."""
    return each_record(event["Records"], lambda record: record["messageId"], handle, metrics)


@contextmanager
def comes_again_soon(record: SqsRecord, ports: Ports) -> Iterator[None]:
    """What fails inside has its message come back after a pause that grows, and not once the queue's time-out is over.

    That outlasts the Lambda several times over.
    """
    try:
        yield
    except Exception:
        _postpone(record, ports)
        raise


def _postpone(record: SqsRecord, ports: Ports) -> None:
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    try:
        ports.messages_in_hand.postpone(record["eventSourceARN"], record["receiptHandle"], pause_after(tries))
    except Exception as exc:  # noqa: BLE001 (what the message failed with is what people look for)
        logger.warning("not postponed", problem=str(exc))


def each_stopped_execution(
    event: QueueEvent, handle: Callable[[StoppedExecution], None], metrics: Metrics
) -> BatchResponse:
    """Like `each_message`, for messages that hold EventBridge's `Step Functions Execution Status Change`."""
    return each_message(event, lambda record: handle(from_event(record["body"])), metrics)
