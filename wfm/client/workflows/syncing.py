"""Following one execution of `workflow_sync`: its states as they pass, and the workflow's status after it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from wfm.client.machines import MachineExecution, Outcome, StateEntered, outcome_of
from wfm.client.poll_schedule import Clock, PollSchedule
from wfm.client.waiting import ended
from wfm.errors import NotEndedInTimeError, UsageError
from wfm.model.rows import Document

SYNC_TIMEOUT: Final = 600.0  # seconds; as long as `workflow_sync` waits for AMC to show what it took
DELETED: Final = "DELETED"  # what is no more: its row is gone, and AMC has it no longer


@dataclass(frozen=True, slots=True)
class SyncStarted:
    """One execution of the machine, by its ARN, at work on one workflow."""

    customer_id: str
    workflow_id: str
    execution: str
    follow: Callable[["SyncStarted", float], Iterator[StateEntered | Outcome]] | None = field(
        default=None, repr=False, compare=False
    )

    def wait(
        self, timeout: float = SYNC_TIMEOUT, on_change: Callable[[StateEntered | Outcome], object] | None = None
    ) -> Outcome:
        """How the sync ended; `on_change` is called with each state on the way, and with the outcome.

        NotEndedInTimeError after `timeout` seconds: the sync continues.
        """
        if self.follow is None:
            raise UsageError("sync: was made by hand; allowed: what `wfm.workflows.sync` gave")
        return outcome_of(ended(self.follow(self, timeout), on_change))


class Executions(Protocol):
    """What following needs of `SyncMachine`."""

    def execution(self, arn: str) -> MachineExecution: ...

    def entered(self, execution: str) -> list[StateEntered]: ...

    def cause(self, execution: str) -> str | None: ...

    def done(self, execution: str) -> str | None: ...


def follow_sync(
    machine: Executions, row: Callable[[], Document | None], started: SyncStarted, timeout: float, clock: Clock
) -> Iterator[StateEntered | Outcome]:
    """Each state that is entered, and at last the outcome. `row` gives the workflow's row.

    NotEndedInTimeError after `timeout` seconds.
    """
    schedule, shown = PollSchedule(timeout, clock), 0
    for late in schedule:
        execution = machine.execution(started.execution)
        entered = machine.entered(started.execution)
        yield from entered[shown:]
        if execution.ended:
            yield _outcome(machine, execution, row())
            return
        if late:
            name = f"{started.customer_id} {started.workflow_id}"
            raise NotEndedInTimeError(f"not ended after {timeout:g} s: the sync of {name} continues")
        if len(entered) > shown:
            schedule.soon()
        shown = len(entered)


def _outcome(machine: Executions, execution: MachineExecution, row: Document | None) -> Outcome:
    at = execution.ended or execution.started
    status = str(row.get("syncStatus") or "PENDING") if row else DELETED
    if execution.status == "SUCCEEDED":
        return Outcome(status, machine.done(execution.arn), True, at)
    reason = machine.cause(execution.arn) or f"the execution {execution.arn} ended as {execution.status}"
    return Outcome(status, reason, False, at)
