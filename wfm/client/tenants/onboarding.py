"""Following a change of a tenant: the states of the machine as they pass, and what became of the tenant."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from wfm.client.machines import MachineExecution, Outcome, StateEntered, outcome_of
from wfm.client.poll_schedule import Clock, PollSchedule
from wfm.client.waiting import ended
from wfm.errors import NotEndedInTimeError, UsageError

ONBOARDING_TIMEOUT: Final = 900.0  # seconds; an onboarding takes some, a removal as long as the active runs
SERVICEABLE: Final = frozenset({"ACTIVE", "PAUSED"})
IN_TRANSIT: Final = frozenset({"OFFBOARDING"})  # one machine has handed the tenant to the other
REMOVED: Final = frozenset({"OFFBOARDED"})


@dataclass(frozen=True, slots=True)
class TenantChange:
    """A change that was made.

    Its execution started at `since` or later and is none of the `known` ones. It is through when the tenant's status is
    one of `goal`, any if that is None. `done` is for a person. `follow` gives the states up to the outcome.
    """

    customer_id: str
    since: datetime
    known: frozenset[str] = frozenset()
    goal: frozenset[str] | None = None
    done: str = ""
    follow: Callable[["TenantChange", float], Iterator[StateEntered | Outcome]] | None = field(
        default=None, repr=False, compare=False
    )

    def wait(
        self,
        timeout: float = ONBOARDING_TIMEOUT,
        on_change: Callable[[StateEntered | Outcome], object] | None = None,
    ) -> Outcome:
        """How the change ended; `on_change` is called with each state on the way, and with the outcome.

        NotEndedInTimeError after `timeout` seconds: the change continues.
        """
        if self.follow is None:
            raise UsageError("change: was made by hand; allowed: what `wfm.tenants` gave, or wfm.tenants.wait(change)")
        return outcome_of(ended(self.follow(self, timeout), on_change))


class Executions(Protocol):
    """What following needs of `OnboardingMachine`."""

    def executions(self, customer_id: str, since: datetime) -> list[MachineExecution]: ...

    def entered(self, execution: str) -> list[StateEntered]: ...

    def cause(self, execution: str) -> str | None: ...


@dataclass(slots=True)
class Following:
    """One change and the machine at work on it. `status` gives the tenant's status and its reason."""

    machine: Executions
    status: Callable[[], tuple[str, str | None]]
    change: TenantChange
    _shown: dict[str, int] = field(default_factory=dict)

    def follow(self, timeout: float, clock: Clock) -> Iterator[StateEntered | Outcome]:
        """Each state that was entered, and at last the outcome; NotEndedInTimeError after `timeout` seconds."""
        schedule = PollSchedule(timeout, clock)
        for late in schedule:
            recent = self.machine.executions(self.change.customer_id, self.change.since)
            executions = [execution for execution in recent if execution.arn not in self.change.known]
            entered = [state for execution in executions for state in self._newly_entered(execution)]
            yield from entered
            outcome = self._outcome(executions)
            if outcome:
                yield outcome
                return
            if late:
                status, _ = self.status()
                raise NotEndedInTimeError(
                    f"not ended after {timeout:g} s: {self.change.customer_id} is {status}; it continues"
                )
            if entered:
                schedule.soon()

    def _newly_entered(self, execution: MachineExecution) -> list[StateEntered]:
        """The states not given yet. An execution that had ended at the last poll enters no more."""
        shown = self._shown.get(execution.arn, 0)
        if shown < 0:
            return []
        entered = self.machine.entered(execution.arn)
        self._shown[execution.arn] = -1 if execution.ended else len(entered)
        return entered[shown:]

    def _outcome(self, executions: Sequence[MachineExecution]) -> Outcome | None:
        """How the change ended; None while an execution runs, none has begun, or another must follow to reach the goal.

        One execution at a time works on a tenant, so the last one to end has had the last word.
        """
        ends = [(execution.ended, execution) for execution in executions if execution.ended]
        if not ends or len(ends) < len(executions):
            return None
        at, last = max(ends, key=lambda end: end[0])
        status, reason = self.status()
        if last.status == "SUCCEEDED":
            is_reached = status in self.change.goal if self.change.goal else status not in IN_TRANSIT
            return Outcome(status, reason, True, at) if is_reached else None
        reason = self.machine.cause(last.arn) or f"the execution {last.arn} ended as {last.status}"
        return Outcome(status, reason, False, at)
