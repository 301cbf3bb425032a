"""Executions that have ended, as Step Functions knows them, and the queues of those that were stopped."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from wfm.model.stopped_executions import StoppedExecution, to_event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

_ENDS: Final[tuple[Literal["ABORTED", "FAILED", "TIMED_OUT"], ...]] = ("ABORTED", "FAILED", "TIMED_OUT")


class StoppedExecutions:
    """Implements `functions.ports.StoppedExecutions`."""

    def __init__(self, states: "SFNClient", sqs: "SQSClient") -> None:
        self._states = states
        self._sqs = sqs

    def since(self, machine_arn: str, since: datetime) -> Iterator[StoppedExecution]:
        """The machine's executions that were aborted, timed out or failed since then.

        Without those that DescribeExecution, which may be behind ListExecutions, still shows as running.
        """
        pages = self._states.get_paginator("list_executions")
        for status in _ENDS:
            for page in pages.paginate(stateMachineArn=machine_arn, statusFilter=status):
                for ended in page["executions"]:
                    described = self._described(ended["executionArn"]) if ended["stopDate"] >= since else None
                    if described and described.status != "RUNNING":
                        yield described

    def running(self, machine_arn: str) -> set[str]:
        """The ARNs of the machine's executions that have not ended."""
        pages = self._states.get_paginator("list_executions")
        found = pages.paginate(stateMachineArn=machine_arn, statusFilter="RUNNING")
        return {each["executionArn"] for page in found for each in page["executions"]}

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
