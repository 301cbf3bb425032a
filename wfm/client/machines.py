"""What all state machines have in common: executions, the states that they entered, and how they ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

PAGE_SIZE: Final = 1000
UNSEEN_SECONDS: Final = 10  # in which Step Functions may not show an execution that has just begun


@dataclass(frozen=True, slots=True)
class MachineExecution:
    """One execution; `ended` is None while it runs."""

    arn: str
    status: str
    started: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class StateEntered:
    """One state that an execution entered; `at` is by the machine's clock."""

    state: str
    at: datetime
    execution: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a change ended: the status of what was changed. `succeeded` is False when the change failed."""

    status: str
    reason: str | None
    succeeded: bool
    at: datetime


def outcome_of(last: StateEntered | Outcome) -> Outcome:
    """The last step of what was followed to its end."""
    if not isinstance(last, Outcome):
        raise TypeError(f"{last.state} is no outcome")
    return last


class Machine:
    """A state machine of WFM and its executions."""

    def __init__(self, stepfunctions: "SFNClient", arn: str) -> None:
        self._client = stepfunctions
        self._arn = arn

    def execution(self, arn: str, *, sleep: Callable[[float], None] = time.sleep) -> MachineExecution:
        """The status of an execution. Awaits one that has just begun: DescribeExecution is eventually consistent."""
        for _ in range(UNSEEN_SECONDS):
            try:
                return self._execution(arn)
            except self._client.exceptions.ExecutionDoesNotExist:
                sleep(1)
        return self._execution(arn)

    def _execution(self, arn: str) -> MachineExecution:
        described = self._client.describe_execution(executionArn=arn)
        return MachineExecution(arn, described["status"], described["startDate"], described.get("stopDate"))

    def entered(self, execution: str) -> list[StateEntered]:
        """The states that it has entered so far, in order."""
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=execution, includeExecutionData=False, PaginationConfig={"PageSize": PAGE_SIZE}
        )
        return [
            StateEntered(event["stateEnteredEventDetails"]["name"], event["timestamp"], execution)
            for page in pages
            for event in page["events"]
            if "stateEnteredEventDetails" in event
        ]

    def cause(self, execution: str) -> str | None:
        """Why it failed, in one sentence, if it says so."""
        described = self._client.describe_execution(executionArn=execution)
        return described.get("cause") or described.get("error")
