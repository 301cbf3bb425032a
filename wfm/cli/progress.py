"""The live picture of one request: a line for each state, with the time it took."""

import time
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from wfm.cli.output import COLOURS
from wfm.client.requests.following import StateChange
from wfm.client.times import duration


@dataclass(slots=True)
class Step:
    """One state; `entered` is on the monotonic clock, `at` WFM's own time of it if known."""

    state: str
    entered: float
    at: str | None
    note: str = ""


def note(change: StateChange) -> str:
    """The remark beside a state, if any."""
    if change.state == "WAITING" and change.place:
        return "next for a slot" if change.place == 1 else f"number {change.place} in the waiting queue"
    request = change.request
    if request is None:
        return ""
    if change.state == "RUNNING" and request.workflow_execution_id:
        return f"AMC run {request.workflow_execution_id}"
    return (request.reason or "") if change.ended else ""


@dataclass(slots=True)
class Progress:
    """The steps so far, drawn anew whenever rich asks. `started` is on the monotonic clock."""

    started: float = field(default_factory=time.monotonic)
    steps: list[Step] = field(default_factory=list)
    ended: bool = False

    def add(self, change: StateChange, now: float) -> bool:
        """Take in a change; False if it only brought something new about the current state."""
        self.ended = change.ended
        if self.steps and self.steps[-1].state == change.state:
            self.steps[-1].note = note(change)
            return False
        self.steps.append(Step(change.state, now, change.at, note(change)))
        return True

    def seconds(self, index: int, now: float) -> float:
        """How long a state took, by WFM's clock where it knows both ends, else by ours.

        The state that it is in counts until `now`; at the end state it is the time since the request was
        sent.
        """
        step = self.steps[index]
        if index + 1 == len(self.steps):
            return step.entered - self.started if self.ended else now - step.entered
        after = self.steps[index + 1]
        if step.at and after.at:
            return (datetime.fromisoformat(after.at) - datetime.fromisoformat(step.at)).total_seconds()
        return after.entered - step.entered

    def latest(self) -> str:
        """The newest step in one line, with the seconds since the request was sent."""
        step = self.steps[-1]
        return f"{step.entered - self.started:8.1f} s  {step.state}  {step.note}".rstrip()

    def summary(self, now: float) -> str:
        """The whole way in one line."""
        parts = [f"{step.state} {duration(self.seconds(index, now))}" for index, step in enumerate(self.steps)]
        return ", ".join(parts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = time.monotonic()
        table = Table.grid(padding=(0, 2))
        for index, step in enumerate(self.steps):
            last = "after " if self.ended and index + 1 == len(self.steps) else ""
            took = f"{last}{duration(self.seconds(index, now))}"
            table.add_row(Text(step.state, style=f"bold {COLOURS.get(step.state, '')}"), Text(took), Text(step.note))
        yield table
