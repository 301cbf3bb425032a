"""What the commands that change a tenant share: print the change and, with `--wait`, follow it."""

import time
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from wfm.cli.exits import fail_unless, interruptible
from wfm.cli.machine_progress import MachineProgress, steps_as_json
from wfm.cli.output import print_json
from wfm.client.machines import Outcome, StateEntered
from wfm.client.tenants.onboarding import TenantChange
from wfm.client.wfm import Wfm

Wait = Annotated[
    bool, typer.Option("--wait", help="Follow the state machine to its end; its outcome is the exit code.")
]
Step = StateEntered | Outcome


def print_change(wfm: Wfm, change: TenantChange, timeout: float | None, *, as_json: bool) -> None:
    """Report a change, and follow it for `timeout` seconds if that is given."""
    if timeout is not None:
        _follow(wfm, change, timeout, as_json)
    elif as_json:
        print_json({"customerId": change.customer_id, "change": change.done})
    else:
        print(f"{change.customer_id}: {change.done}; see its status with: wfm tenants show {change.customer_id}")


def _follow(wfm: Wfm, change: TenantChange, timeout: float, as_json: bool) -> None:
    console = Console(quiet=as_json, highlight=False, soft_wrap=True)
    console.print(f"{change.customer_id}: {change.done}")
    progress = MachineProgress()
    with interruptible(console, f"wfm tenants show {change.customer_id}"):
        steps = watch(console, progress, wfm.tenants.wait(change, timeout))
    outcome = steps[-1]
    if as_json:
        print_json({"customerId": change.customer_id, "change": change.done, **steps_as_json(steps)})
    fail_unless(succeeded=isinstance(outcome, Outcome) and outcome.succeeded)


def watch(console: Console, progress: MachineProgress, steps: Iterator[Step]) -> list[Step]:
    """All steps, shown as they come: in place on a terminal, a line each in a pipe."""
    seen: list[Step] = []
    if console.is_terminal:
        with Live(progress, console=console, refresh_per_second=4):
            for step in steps:
                progress.add(step, time.monotonic())
                seen.append(step)
        return seen
    for step in steps:
        line = progress.add(step, time.monotonic())
        seen.append(step)
        if line:
            console.print(line)
    console.print(progress.summary())
    return seen
