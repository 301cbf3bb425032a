"""Executions that Step Functions knows of, in a test that says what happened in them."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.wfm.deployed import DEPLOYMENT
from wfm.client.adapters.machine_reader import MachineReader

BEGAN: Final = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)
LIFECYCLE: Final[dict[str, Any]] = {
    "StartAt": "WaitForSlot",
    "States": {
        "WaitForSlot": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "SubmitExecution",
            "Arguments": {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:wfm-demo-WaitForSlot"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "ExecutionFailed"}],
        },
        "SubmitExecution": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Done",
            "Arguments": {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:wfm-demo-Submit:live"},
        },
        "Done": {"Type": "Succeed"},
        "ExecutionFailed": {"Type": "Fail"},
    },
}  # fmt: skip


class Events:
    """A history as GetExecutionHistory gives it; each event follows the one before it."""

    def __init__(self, began: datetime = BEGAN) -> None:
        self.began = began
        self.all: list[dict[str, Any]] = []
        self.add("ExecutionStarted")

    def add(self, kind: str, **details: Any) -> "Events":
        number = len(self.all) + 1
        event = {
            "id": number,
            "previousEventId": number - 1,
            "type": kind,
            "timestamp": self.began + timedelta(seconds=number),
        }
        self.all.append(event | details)
        return self

    def enter(self, state: str, kind: str = "Task") -> "Events":
        return self.add(f"{kind}StateEntered", stateEnteredEventDetails={"name": state})

    def leave(self, state: str, kind: str = "Task") -> "Events":
        return self.add(f"{kind}StateExited", stateExitedEventDetails={"name": state})

    def try_(self) -> "Events":
        return self.add("TaskScheduled").add("TaskStarted")

    def fail(self, error: str, cause: str = "") -> "Events":
        return self.add("TaskFailed", taskFailedEventDetails={"error": error, "cause": cause})


class UnknownExecution(Exception):
    """What boto3 raises for an execution that is not there."""


class NotListed(Exception):
    """What boto3 raises for the executions of an Express machine."""


def executions_of(machine: str, name: str = "") -> str:
    """The ARN of an execution of a machine."""
    return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"


def machine_of(execution: str) -> str:
    """The ARN of an execution's machine."""
    return execution.rpartition(":")[0].replace(":execution:", ":stateMachine:")


class FakeStepFunctions:
    """The calls of one reader of executions, counted."""

    class exceptions:  # noqa: N801 (boto3's own name)
        ExecutionDoesNotExist = UnknownExecution
        StateMachineTypeNotSupported = NotListed

    def __init__(self, definition: dict[str, Any] | None = None) -> None:
        self.definition = definition or LIFECYCLE
        self.definitions: dict[str, dict[str, Any]] = {}  # of machines by their ARNs; others have `definition`
        self.histories: dict[str, list[dict[str, Any]]] = {}
        self.ended: dict[str, str] = {}
        self.express = {DEPLOYMENT.execution_tracking_arn}
        self.calls = Counter[str]()

    def put(self, execution: str, events: Events, ended: str = "") -> None:
        self.histories[execution] = events.all
        self.ended[execution] = ended

    def _known(self, call: str, arn: str) -> None:
        self.calls[call] += 1
        if arn not in self.histories:
            raise UnknownExecution(arn)

    def describe_state_machine_for_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        self._known("definition", executionArn)
        return {"definition": json.dumps(self.definitions.get(machine_of(executionArn), self.definition))}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        self._known("execution", executionArn)
        ended = self.ended[executionArn]
        return {
            "executionArn": executionArn, "stateMachineArn": machine_of(executionArn),
            "status": ended or "RUNNING", "startDate": self.histories[executionArn][0]["timestamp"],
            **({"stopDate": BEGAN + timedelta(minutes=1)} if ended else {}),
        }  # fmt: skip

    def list_executions(self, **asked: Any) -> dict[str, Any]:
        machine, status = asked["stateMachineArn"], asked.get("statusFilter", "")
        self.calls["list"] += 1
        if machine in self.express:
            raise NotListed(machine)
        of_machine = [arn for arn in self.histories if arn.startswith(executions_of(machine))]
        found = [self.describe_execution(executionArn=arn) for arn in reversed(of_machine)]
        return {"executions": [one for one in found if status in ("", one["status"])][: asked["maxResults"]]}

    def get_paginator(self, _name: str) -> "FakeStepFunctions":
        return self

    def paginate(self, *, executionArn: str, **_: Any) -> list[dict[str, Any]]:  # noqa: N803
        self._known("history", executionArn)
        return [{"events": self.histories[executionArn]}]

    def reader(self) -> MachineReader:
        return MachineReader(self)  # type: ignore[arg-type]
