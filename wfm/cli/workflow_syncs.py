"""`wfm workflows sync --wait`: the machine's states as they pass, for one workflow after the other."""

from collections.abc import Sequence

from rich.console import Console

from wfm.cli.each_of_many import do_each
from wfm.cli.exits import fail_by, interruptible
from wfm.cli.machine_progress import MachineProgress, steps_as_json
from wfm.cli.naming import Named
from wfm.cli.output import print_json
from wfm.cli.tenant_changes import Step, watch
from wfm.client.machines import Outcome
from wfm.client.workflows.syncing import SyncStarted
from wfm.client.workflows.workflows import Workflows


def start_all(workflows: Workflows, wanted: Sequence[Named]) -> tuple[list[SyncStarted], int]:
    """Start each; what cannot be started is named, and counted, unless it is the only one: then its error is raised."""
    return do_each(wanted, lambda named: workflows.sync(*named), "/".join, "starting")


def follow_all(
    workflows: Workflows, started: Sequence[SyncStarted], problems: int, timeout: float, *, as_json: bool
) -> None:
    """Follow each to its end; exit code 5 if some of them failed, or were not even started, and 1 if all did."""
    console = Console(quiet=as_json, highlight=False, soft_wrap=True)
    with interruptible(console, f"wfm workflows list --customer {started[0].customer_id}" if started else ""):
        steps = [_follow(console, workflows, one, timeout) for one in started]
    if as_json:
        print_json([_as_json(one, taken) for one, taken in zip(started, steps, strict=True)])
    good = [end for *_, end in steps if isinstance(end, Outcome) and end.succeeded]
    fail_by(problems + len(steps) - len(good), of_all=not good)


def _follow(console: Console, workflows: Workflows, one: SyncStarted, timeout: float) -> list[Step]:
    console.print(f"{one.customer_id} {one.workflow_id}: to be synced")
    return watch(console, MachineProgress(), workflows.wait(one, timeout))


def _as_json(one: SyncStarted, steps: list[Step]) -> dict[str, object]:
    ids = {"customerId": one.customer_id, "workflowId": one.workflow_id, "sync": one.execution}
    return {**ids, **steps_as_json(steps)}
