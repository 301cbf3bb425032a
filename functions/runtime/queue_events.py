"""Batches of a queue: requests of a tenant, or EventBridge's events of stopped executions."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from aws_lambda_powertools.utilities.batch import EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from functions.runtime.batch import each_record
from wfm.model.messages import SqsRecord


class QueueEvent(TypedDict):
    """A batch of a queue."""

    Records: list[SqsRecord]


@dataclass(frozen=True)
class StoppedExecution:
    """An execution that was aborted, timed out or failed. `input` is None if EventBridge left it out as too long."""

    arn: str
    machine_arn: str
    name: str
    status: str
    input: str | None
    error: str | None
    cause: str | None


def each_message(event: QueueEvent, handle: Callable[[SqsRecord], None]) -> PartialItemFailureResponse:
    """`{"batchItemFailures": [...]}` after `handle` of every message."""
    return each_record(event, EventType.SQS, handle)


def each_stopped_execution(event: QueueEvent, handle: Callable[[StoppedExecution], None]) -> PartialItemFailureResponse:
    """The same for messages that hold EventBridge's `Step Functions Execution Status Change`."""
    return each_message(event, lambda record: handle(_stopped_execution(record)))


def _stopped_execution(record: SqsRecord) -> StoppedExecution:
    detail = json.loads(record["body"])["detail"]
    return StoppedExecution(
        arn=detail["executionArn"],
        machine_arn=detail["stateMachineArn"],
        name=detail["name"],
        status=detail["status"],
        input=detail.get("input"),
        error=detail.get("error"),
        cause=detail.get("cause"),
    )
