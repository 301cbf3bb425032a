"""The machine `execution_lifecycle`."""

from typing import TYPE_CHECKING, Final

from wfm.model.requests import execution_name_in

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef as HistoryEvent

    from wfm.client.records import Request

ERROR: Final = "Cancelled"
STOPPED: Final = "STOPPED"
OVER: Final = "OVER"
NONE: Final = "NONE"


class LifecycleMachine:
    """Its executions are named by their requests' rows. Of one that is stopped WFM cancels the AMC run."""

    def __init__(self, stepfunctions: "SFNClient", arn: str) -> None:
        self._client = stepfunctions
        self._executions = arn.replace(":stateMachine:", ":execution:")

    def stop(self, request: "Request", cause: str) -> str:
        """STOPPED, or OVER when it had ended by itself, or NONE when there is no execution of that request."""
        arn, errors = self._arn_of(request), self._client.exceptions
        try:
            if self._has_ended(arn):
                return OVER
            self._client.stop_execution(executionArn=arn, error=ERROR, cause=cause)
        except errors.ExecutionDoesNotExist:
            return NONE
        except errors.ValidationException:  # it ended between the two calls
            return OVER
        return STOPPED

    def history(self, request: "Request") -> list["HistoryEvent"]:
        """What its execution went through, without any input or output; [] where Step Functions knows none (any more).

        Step Functions keeps it for 90 days after the end.
        """
        pages = self._client.get_paginator("get_execution_history")
        try:
            found = pages.paginate(executionArn=self._arn_of(request), includeExecutionData=False)
            return [event for page in found for event in page["events"]]
        except self._client.exceptions.ExecutionDoesNotExist:
            return []

    def _arn_of(self, request: "Request") -> str:
        return str(request.row.get("executionArn") or f"{self._executions}:{execution_name_in(request.row)}")

    def _has_ended(self, arn: str) -> bool:
        """False also of one that has just begun: DescribeExecution may not show it yet, and StopExecution knows."""
        try:
            return self._client.describe_execution(executionArn=arn)["status"] != "RUNNING"
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
