"""An execution of Step Functions that was aborted, timed out or failed, as EventBridge reports it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from wfm.model.outcomes import Outcome
from wfm.model.requests import STOP_REASON
from wfm.model.rows import Document
from wfm.model.statuses import RequestStatus

_OURS: Final = "wfm"  # the source of an event that a sweep sends again


@dataclass(frozen=True)
class Recalled:
    """What the history of an execution of `execution_lifecycle` tells of its request and of the AMC run."""

    run_id: str
    workflow_id: str = ""
    priority: str = ""
    arrival: str = ""
    trace_id: str = ""


@dataclass(frozen=True)
class ListedExecution:
    """What a list of executions says of one that has ended."""

    arn: str
    began: datetime
    ended: datetime


@dataclass(frozen=True)
class StoppedExecution:
    """`input` is None if EventBridge left it out as too long. `is_resent`: a sweep has sent the event again."""

    arn: str
    machine_arn: str
    name: str
    status: str
    input: str | None = None
    error: str | None = None
    cause: str | None = None
    is_resent: bool = field(default=False, compare=False)

    @property
    def machine(self) -> str:
        """The end of the machine's name: `library_rollout`."""
        return self.machine_arn.rpartition("-")[2]

    @property
    def document(self) -> Document:
        """The execution's input; {} if it is no JSON object, or was left out."""
        read = json.loads(self.input or "{}")
        return read if isinstance(read, dict) else {}


def outcome_of_stopped(name: str, status: str, row: Document | None, cause: str | None) -> Outcome:
    """The outcome of a request whose execution was stopped, timed out or crashed, with the reason that was given.

    An execution that SUCCEEDED has told so before: the row is older, as after a restore of its table.
    """
    if status == "SUCCEEDED":
        return Outcome(RequestStatus.SUCCEEDED, f"the execution {name} had SUCCEEDED; its row was older")
    if status != "ABORTED":
        return Outcome(RequestStatus.FAILED, f"the execution {name} ended as {status}", "ExecutionStopped")
    stop_reason = (row or {}).get(STOP_REASON) or cause
    reason = str(stop_reason) if stop_reason else f"the execution {name} ended as {status}"
    return Outcome(RequestStatus.CANCELLED, reason, "ExecutionStopped")


def from_event(body: str) -> StoppedExecution:
    """The execution that an event `Step Functions Execution Status Change` is about; `body` is the event as JSON."""
    event = json.loads(body)
    detail = event["detail"]
    return StoppedExecution(
        arn=detail["executionArn"],
        machine_arn=detail["stateMachineArn"],
        name=detail["name"],
        status=detail["status"],
        input=detail.get("input"),
        error=detail.get("error"),
        cause=detail.get("cause"),
        is_resent=event.get("source") == _OURS,
    )


def to_event(execution: StoppedExecution) -> dict[str, Any]:
    """The part of the event that `from_event` reads, for an event that was lost."""
    detail = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine_arn,
        "name": execution.name,
        "status": execution.status,
        "input": execution.input,
        "error": execution.error,
        "cause": execution.cause,
    }
    return {"source": _OURS, "detail-type": "Step Functions Execution Status Change", "detail": detail}
