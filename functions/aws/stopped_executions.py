"""Executions that have ended, as Step Functions knows them, and the queues of those that were stopped."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from wfm.model.stopped_executions import ListedExecution, StoppedExecution, to_event

if TYPE_CHECKING:
    from botocore.paginate import PageIterator
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.literals import ExecutionStatusType
    from mypy_boto3_stepfunctions.type_defs import ListExecutionsOutputTypeDef

_ENDS: Final[tuple[Literal["ABORTED", "FAILED", "TIMED_OUT"], ...]] = ("ABORTED", "FAILED", "TIMED_OUT")


_PAGE: Final = 1000  # executions; Step Functions gives 100 unless asked for more


class StoppedExecutions:
    """Implements `functions.ports.StoppedExecutions`."""

    def __init__(self, states: "SFNClient", sqs: "SQSClient") -> None:
        self._states = states
        self._sqs = sqs

    def ended(self, machine_arn: str, begun_since: datetime) -> Iterator[ListedExecution]:
        """The machine's executions that were aborted, timed out or failed, and began since then.

        Step Functions lists the newest first: by the time of the start or of the end, neither begins later.
        """
        for status in _ENDS:
            for page in self._pages(machine_arn, status):
                for listed in page["executions"]:
                    yield ListedExecution(listed["executionArn"], listed["startDate"], listed["stopDate"])
                if any(listed["startDate"] < begun_since for listed in page["executions"]):
                    break

    def running(self, machine_arn: str) -> dict[str, datetime]:
        """The ARNs of the machine's executions that have not ended, and when they began."""
        pages = self._pages(machine_arn, "RUNNING")
        return {each["executionArn"]: each["startDate"] for page in pages for each in page["executions"]}

    def _pages(self, machine_arn: str, status: "ExecutionStatusType") -> "PageIterator[ListExecutionsOutputTypeDef]":
        lists = self._states.get_paginator("list_executions")
        return lists.paginate(stateMachineArn=machine_arn, statusFilter=status, PaginationConfig={"PageSize": _PAGE})

    def find(self, execution_arn: str) -> StoppedExecution | None:
        """The execution, whatever its status; None if there is none."""
        try:
            return self._described(execution_arn)
        except self._states.exceptions.ExecutionDoesNotExist:
            return None

    def _described(self, execution_arn: str) -> StoppedExecution:
        found = self._states.describe_execution(executionArn=execution_arn)
        return StoppedExecution(
            arn=execution_arn,
            machine_arn=found["stateMachineArn"],
            name=found["name"],
            status=found["status"],
            input=found.get("input"),
            error=found.get("error"),
            cause=found.get("cause"),
        )

    def send(self, queue: str, execution: StoppedExecution) -> None:
        """Send the event of the execution's end to the queue again."""
        url = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(to_event(execution)))
