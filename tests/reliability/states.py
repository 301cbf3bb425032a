"""Step Functions, EventBridge and SNS as far as the lifecycle's handlers know them: clients for the real adapters."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "AnyCall")


class StatesClient:
    """A boto3 client of Step Functions. `over` holds the ARNs of executions that have ended."""

    class exceptions:  # noqa: N801 (as boto3 has it)
        class ExecutionAlreadyExists(Exception): ...

        class ExecutionDoesNotExist(Exception): ...

    def __init__(self, begin: Callable[[str, str], None]) -> None:
        self.started: dict[str, str] = {}
        self.over: set[str] = set()
        self.answers: dict[str, str] = {}
        self.open_tokens: set[str] = set()
        self._begin = begin

    def start_execution(
        self,
        stateMachineArn: str,  # noqa: N803
        name: str,
        input: str,
        traceHeader: str = "",  # noqa: N803
    ) -> dict[str, str]:
        arn = f"{stateMachineArn.replace(':stateMachine:', ':execution:')}:{name}"
        if arn in self.started:
            raise self.exceptions.ExecutionAlreadyExists
        self.started[arn] = input
        self._begin(name, input)
        return {"executionArn": arn}

    def send_task_success(self, taskToken: str, output: str) -> None:  # noqa: N803
        if taskToken not in self.open_tokens:
            raise refusal("TaskTimedOut")
        self.open_tokens.discard(taskToken)
        self.answers[taskToken] = output

    def send_task_heartbeat(self, taskToken: str) -> None:  # noqa: N803
        if taskToken not in self.open_tokens:
            raise refusal("TaskTimedOut")

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        """One of a name that is taken has just begun, as far as the sender of a repeated message knows."""
        if executionArn not in self.started:
            raise self.exceptions.ExecutionDoesNotExist
        began = datetime.max.replace(tzinfo=UTC)
        return {"status": "SUCCEEDED" if executionArn in self.over else "RUNNING", "startDate": began}


class EventsClient:
    """EventBridge."""

    def __init__(self) -> None:
        self.details: list[str] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.details += [entry["Detail"] for entry in Entries]
        return {"FailedEntryCount": 0, "Entries": []}


class SnsClient:
    """SNS."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def publish(self, **message: Any) -> None:
        self.messages.append(message)
