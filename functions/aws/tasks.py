"""Step Functions: answers task tokens, starts, stops and describes executions."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from wfm.errors import NotReadyYet
from wfm.model.semaphore import SlotRequest

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef as Described

# DescribeExecution is eventually consistent: it may not show an execution that has just begun.
_VISIBLE_AFTER: Final = (1.0, 2.0, 4.0)  # seconds between the looks; AWS names no bound
_TOKEN_CLOSED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
_NOT_RUNNING = {"ExecutionDoesNotExist", "ValidationException"}


class StepFunctions:
    """Implements `functions.ports.Tasks` and `functions.ports.Notify`."""

    def __init__(self, client: "SFNClient", *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._sleep = sleep

    def succeed(self, token: str, output: Mapping[str, object]) -> bool:
        """Answer a task token; False if nothing waits for it."""
        try:
            self._client.send_task_success(taskToken=token, output=json.dumps(output))
        except ClientError as exc:
            if exc.response["Error"]["Code"] in _TOKEN_CLOSED:
                return False
            raise
        return True

    def send_heartbeat(self, token: str) -> None:
        """Send a heartbeat; a token for which nothing waits is ignored."""
        try:
            self._client.send_task_heartbeat(taskToken=token)
        except ClientError as exc:
            if exc.response["Error"]["Code"] not in _TOKEN_CLOSED:
                raise

    def start(self, machine: str, name: str, document: Mapping[str, object]) -> str:
        """Start an execution of `machine` (an ARN), once per name; its ARN."""
        try:
            return self._client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(document))[
                "executionArn"
            ]
        except self._client.exceptions.ExecutionAlreadyExists:
            return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"

    def start_new(
        self, machine: str, name: str, document: Mapping[str, object], since: datetime, trace_header: str | None = None
    ) -> bool:
        """Start an execution, once per name; False if one of that name began before `since`, an aware time.

        Step Functions keeps a name for 90 days after its execution has ended. With X-Ray's `trace_header` it goes on
        with that trace, else with the one of whoever calls.
        """
        trace = {"traceHeader": trace_header} if trace_header else {}
        try:
            self._client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(document), **trace)
        except self._client.exceptions.ExecutionAlreadyExists:
            arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
            return self._describe(arn)["startDate"] >= since
        return True

    def is_running(self, execution_arn: str) -> bool:
        """Whether the execution exists and has not ended; also True if Step Functions throttles the question."""
        try:
            return self._describe(execution_arn)["status"] == "RUNNING"
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
        except ClientError as exc:
            if exc.response["Error"]["Code"] == "ThrottlingException":
                return True
            raise

    def input_of(self, execution_arn: str) -> str:
        """The input of an execution, as JSON."""
        return self._describe(execution_arn)["input"]

    def error_of(self, execution_arn: str) -> str:
        """The error with which an execution ended; "" if none was given."""
        return self._describe(execution_arn).get("error", "")

    def _describe(self, execution_arn: str) -> "Described":
        """Looks again for what is not there: somebody has its ARN, so that it was started."""
        for seconds in _VISIBLE_AFTER:
            try:
                return self._client.describe_execution(executionArn=execution_arn)
            except self._client.exceptions.ExecutionDoesNotExist:
                self._sleep(seconds)
        return self._client.describe_execution(executionArn=execution_arn)

    def stop(self, execution_arn: str, cause: str) -> bool:
        """Abort an execution; False if none runs."""
        try:
            self._client.stop_execution(executionArn=execution_arn, cause=cause)
        except ClientError as exc:
            code = exc.response["Error"]["Code"]
            if code == "ThrottlingException":
                raise NotReadyYet("Step Functions limits how many executions are stopped at once") from exc
            if code not in _NOT_RUNNING:
                raise
            return False
        return True

    def notify(self, waiter: SlotRequest) -> bool:
        """Answer the token of an execution that holds a slot; False if it has ended. A used token is no error."""
        return self.succeed(waiter.task_token, {"granted": True}) or self.is_running(waiter.execution_arn)


def with_own_traces(client: "SFNClient") -> "SFNClient":
    """The client; its executions go on with the trace that they are given.

    boto3 sends the trace of the Lambda that starts them as an HTTP header, and Step Functions prefers that.
    """
    client.meta.events.register("before-call.sfn.StartExecution", _set_own_trace)
    return client


def _set_own_trace(params: dict[str, Any], **_: object) -> None:
    trace_header = json.loads(params["body"]).get("traceHeader")
    if trace_header:
        params["headers"]["X-Amzn-Trace-Id"] = trace_header
