"""Executions that have ended, as Step Functions knows them, and the queues of those that were stopped."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from wfm.model.rows import Document, object_in, text_or_none
from wfm.model.stopped_executions import ListedExecution, Recalled, StoppedExecution, to_event

if TYPE_CHECKING:
    from botocore.paginate import PageIterator
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.literals import ExecutionStatusType
    from mypy_boto3_stepfunctions.type_defs import ListExecutionsOutputTypeDef

_ENDS: Final[tuple[Literal["ABORTED", "FAILED", "TIMED_OUT"], ...]] = ("ABORTED", "FAILED", "TIMED_OUT")
_SUCCEEDED: Final[tuple[Literal["SUCCEEDED"]]] = ("SUCCEEDED",)
_PAGE: Final = 1000  # executions; Step Functions gives 100 unless asked for more


class StoppedExecutions:
    """Implements `functions.ports.StoppedExecutions`."""

    def __init__(self, states: "SFNClient", sqs: "SQSClient") -> None:
        self._states = states
        self._sqs = sqs

    def ended(self, machine_arn: str, begun_since: datetime, *, succeeded: bool = False) -> Iterator[ListedExecution]:
        """The machine's executions that were aborted, timed out or failed, or `succeeded`, and began since then.

        Step Functions lists the newest first: by the time of the start or of the end, neither begins later.
        """
        for status in (*_ENDS, *(_SUCCEEDED if succeeded else ())):
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

    def recall(self, execution_arn: str) -> Recalled | None:
        """From what PrepareExecution and SubmitExecution answered; Step Functions keeps that for 90 days."""
        pages = self._states.get_paginator("get_execution_history").paginate(
            executionArn=execution_arn, PaginationConfig={"PageSize": _PAGE}
        )
        answers: dict[str, Document] = {}
        try:
            for page in pages:
                for event in page["events"]:
                    left = event.get("stateExitedEventDetails")
                    if left is not None:
                        answers[left["name"]] = _payload(left.get("output", ""))
        except self._states.exceptions.ExecutionDoesNotExist:
            return None
        run_id = text_or_none(answers.get("SubmitExecution", {}).get("workflowExecutionId"))
        prepared = answers.get("PrepareExecution", {})
        told = [str(prepared.get(name) or "") for name in ("workflowId", "priority", "arrival", "traceId")]
        return Recalled(run_id, *told) if run_id else None

    def send(self, queue: str, execution: StoppedExecution) -> None:
        """Send the event of the execution's end to the queue again."""
        url = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(to_event(execution)))


def _payload(output: str) -> Document:
    """A Lambda's answer in the output of its state; {} for a state that calls none."""
    try:
        return object_in(object_in(json.loads(output)).get("Payload"))
    except ValueError:
        return {}
