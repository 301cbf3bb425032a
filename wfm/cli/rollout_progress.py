"""The live picture of rollouts: a line for each workflow, with how many tenants have been seen to and how it went."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from wfm.cli.exits import interruptible
from wfm.cli.output import COLOURS
from wfm.client.library.library import Library
from wfm.client.library.rollouts import Rollout, RolloutStatus

_WIDTH: Final = 24  # of a bar, in characters


@dataclass(slots=True)
class RolloutProgress:
    """The status of the rollouts, drawn anew whenever rich asks."""

    statuses: Sequence[RolloutStatus] = field(default_factory=list)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table.grid(padding=(0, 2))
        for one in self.statuses:
            status = Text(one.status, style=COLOURS.get(one.status, ""))
            bar = ProgressBar(total=one.tenants or 1, completed=one.done if one.tenants else one.ended, width=_WIDTH)
            table.add_row(Text(one.workflow_id, style="bold"), status, bar, Text(counts(one)))
        yield table


def counts(one: RolloutStatus) -> str:
    """`37 of 1000 tenants, 30 in AMC, 7 to come, 1 failed`."""
    if not one.version:
        return f"to be taken from {one.pending} more" if one.pending else "gone"
    parts = [f"{one.done} of {one.tenants} tenants", f"{one.synced} in AMC"]
    parts += [f"{one.pending} to come"] if one.pending else []
    parts += [f"{len(one.failed)} failed"] if one.failed else []
    return ", ".join(parts) + (f" ({one.reason})" if one.reason else "")


def follow(library: Library, begun: Sequence[Rollout], timeout: float, *, as_json: bool) -> Sequence[RolloutStatus]:
    """Show the rollouts until they have ended; how they did. With JSON on stdout nothing is shown meanwhile."""
    console = Console(highlight=False, soft_wrap=True, quiet=as_json)
    progress = RolloutProgress()
    with interruptible(console, "wfm library list"):
        if console.is_terminal:
            with Live(progress, console=console, refresh_per_second=4):
                for progress.statuses in library.wait(begun, timeout):
                    pass
        else:
            _in_lines(console, progress, library, begun, timeout)
    for one in progress.statuses:
        for customer_id, reason in one.failed:
            console.print(Text(f"{one.workflow_id} of {customer_id}: {reason}", style="red"))
    return progress.statuses


def _in_lines(
    console: Console, progress: RolloutProgress, library: Library, begun: Sequence[Rollout], timeout: float
) -> None:
    """A line for each workflow of which something is new."""
    started = time.monotonic()
    for now in library.wait(begun, timeout):
        for one in now:
            if one not in progress.statuses:
                at = f"{time.monotonic() - started:8.1f} s"
                console.print(f"{at}  {one.workflow_id}  {one.status}  {counts(one)}", markup=False)
        progress.statuses = now
