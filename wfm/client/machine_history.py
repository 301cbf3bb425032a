"""What happened in an execution, state by state, read from its history's events. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from wfm.model.rows import object_in

AwsDocument = Mapping[str, Any]  # an answer of Step Functions, or an event in it

_FAILURES: Final = ("Failed", "TimedOut", "Aborted")
_TRIES: Final = ("TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled")


class Mark(StrEnum):
    """What became of a state in an execution; RETRIED is done, though not at its first try."""

    DONE = "done"
    RUNNING = "running"
    FAILED = "failed"
    RETRIED = "retried"


@dataclass(slots=True)
class StateVisits:
    """All visits of one state. `error` and `cause` are those of its last failed try."""

    state: str
    first_entered: datetime
    entered: int = 0
    left: int = 0
    last_left: datetime | None = None
    tries: int = 0
    failures: int = 0
    failed_last: bool = False
    error: str = ""
    cause: str = ""

    def mark(self, *, is_running: bool) -> Mark:
        """What became of it, in an execution that runs or has ended."""
        if self.entered > self.left:
            return Mark.RUNNING if is_running else Mark.FAILED
        if self.failed_last:
            return Mark.FAILED
        return Mark.RETRIED if self.failures else Mark.DONE


@dataclass(frozen=True, slots=True)
class ExecutionHistory:
    """One execution. `status` is Step Functions' own."""

    arn: str
    machine_arn: str
    name: str
    status: str
    started: datetime
    ended: datetime | None
    error: str
    cause: str
    visits: Sequence[StateVisits] = field(default_factory=tuple)

    @property
    def marks(self) -> Mapping[str, Mark]:
        """What became of each state that was reached."""
        return {one.state: one.mark(is_running=self.ended is None) for one in self.visits}


def history_of(described: AwsDocument, events: Sequence[AwsDocument]) -> ExecutionHistory:
    """By DescribeExecution and the events of GetExecutionHistory."""
    return ExecutionHistory(
        described["executionArn"],
        described["stateMachineArn"],
        described.get("name") or described["executionArn"].rpartition(":")[2],
        described["status"],
        described["startDate"],
        described.get("stopDate"),
        described.get("error") or "",
        described.get("cause") or "",
        visits(events),
    )


def visits(events: Sequence[AwsDocument]) -> list[StateVisits]:
    """The states in the order in which they were first entered."""
    found: dict[str, StateVisits] = {}
    for state, event in _by_state(events):
        kind, at = str(event["type"]), event["timestamp"]
        one = found.setdefault(state, StateVisits(state, at))
        if kind.endswith("StateEntered"):
            one.entered += 1
        elif kind.endswith("StateExited"):
            one.left, one.last_left = one.left + 1, at
        elif kind in _TRIES:
            one.tries, one.failed_last = one.tries + 1, False
        elif kind.endswith(_FAILURES):
            details = _details(event)
            one.failures, one.failed_last = one.failures + 1, True
            one.error, one.cause = str(details.get("error", "")), str(details.get("cause", ""))
    return list(found.values())


def _by_state(events: Sequence[AwsDocument]) -> Iterator[tuple[str, AwsDocument]]:
    """Each event with the state that it belongs to: its own name, or that of the event that led to it."""
    states: dict[int, str] = {}
    for event in events:
        entered = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails")
        name = entered["name"] if entered else states.get(int(event.get("previousEventId", 0)))
        if name is None or str(event["type"]).startswith("Execution"):
            continue
        states[int(event["id"])] = name
        yield name, event


def _details(event: AwsDocument) -> AwsDocument:
    return next((object_in(value) for key, value in event.items() if key.endswith("EventDetails")), {})
