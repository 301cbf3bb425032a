"""The live picture of a state machine at work on a tenant: a line for each state, with its time and its visits."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from wfm.cli.output import COLOURS
from wfm.client.machines import Outcome, StateEntered
from wfm.client.times import duration


@dataclass(slots=True)
class Visits:
    """A state of a machine: how often it was entered, and how long the machine was there in all."""

    count: int = 0
    spent: timedelta = timedelta()


@dataclass(slots=True)
class MachineProgress:
    """The states so far in the order of the first visit, drawn anew whenever rich asks.

    Times are the machine's own; only the present state's last moments are by our clock.
    """

    started: datetime | None = None
    visits: dict[str, Visits] = field(default_factory=dict)
    newest: StateEntered | None = None
    seen: float = 0.0
    outcome: Outcome | None = None

    def add(self, step: StateEntered | Outcome, now: float) -> str | None:
        """Take in a step; a line on it, None for a state that was visited before. `now` is monotonic, in seconds."""
        self.started = self.started or step.at
        if self.newest:
            spent = step.at - self.newest.at
            self.visits[self.newest.state].spent += max(spent, timedelta())
        if isinstance(step, Outcome):
            self.newest, self.outcome = None, step
            return line(self.started, step.at, verdict(step))
        self.newest, self.seen = step, now
        visits = self.visits.setdefault(step.state, Visits())
        visits.count += 1
        return line(self.started, step.at, step.state) if visits.count == 1 else None

    def summary(self) -> str:
        """The whole way in one line."""
        return ", ".join(f"{state} {took(visits, 0.0)}" for state, visits in self.visits.items())

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table.grid(padding=(0, 2))
        for state, visits in self.visits.items():
            here = self.newest is not None and self.newest.state == state
            so_far = time.monotonic() - self.seen if here else 0.0
            table.add_row(Text(state, style="bold" if here else ""), Text(took(visits, so_far)))
        if self.outcome:
            colour = COLOURS.get(self.outcome.status, "") if self.outcome.succeeded else COLOURS["FAILED"]
            table.add_row(Text(verdict(self.outcome), style=f"bold {colour}"))
        yield table


def steps_as_json(steps: Sequence[StateEntered | Outcome]) -> dict[str, object]:
    """The outcome, and the states on the way to it."""
    states = [
        {"state": step.state, "at": step.at.isoformat(), "execution": step.execution}
        for step in steps
        if isinstance(step, StateEntered)
    ]
    (end,) = [step for step in steps if isinstance(step, Outcome)]
    ended = {"settled": end.succeeded, "status": end.status, "reason": end.reason, "endedAt": end.at.isoformat()}
    return {**ended, "states": states}


def line(started: datetime, at: datetime, text: str) -> str:
    """What happened, and when after the start of the machine."""
    return f"{max((at - started).total_seconds(), 0.0):8.1f} s  {text}"


def took(visits: Visits, more: float) -> str:
    """`12 s`, or `12 s in 3 visits`."""
    times = f" in {visits.count} visits" if visits.count > 1 else ""
    return duration(visits.spent.total_seconds() + more) + times


def verdict(outcome: Outcome) -> str:
    """The present status, and why if there is a reason."""
    if outcome.succeeded or outcome.status == "FAILED":
        return f"{outcome.status}  {outcome.reason or ''}".rstrip()
    return f"FAILED, it stays {outcome.status}  {outcome.reason or ''}".rstrip()
