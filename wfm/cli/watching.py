"""`wfm executions watch`."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from wfm.cli.choosing import explain_nothing
from wfm.cli.exits import fail_unless
from wfm.cli.naming import Tenants, read_tenants
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import cut_at, live_table
from wfm.cli.run_options import Since, Source, Status, Workflow, known_status, period
from wfm.cli.run_views import headings, row
from wfm.cli.session import client
from wfm.client.poll_schedule import CLOCK
from wfm.client.runs.run import Run
from wfm.client.runs.watch import INTERVAL, RunChange, Snapshot
from wfm.client.runs.watch import watch as poll
from wfm.model.statuses import has_ended

STATUS = 2  # its column


def watch(
    *,
    context: typer.Context,
    tenants: Tenants = None,
    workflow: Workflow = None,
    status: Status = None,
    source: Source = None,
    since: Since = "1d",
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the newest.")] = 30,
    interval: Annotated[float, typer.Option(min=0.2, max=3600, help="Seconds between polls.")] = INTERVAL,
    until_ended: Annotated[
        bool, typer.Option("--until-ended", help="Stop when all that is shown has ended; exit code 1 if one failed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Watch runs until Ctrl-C: a table that follows every change, in a pipe or with --json a line for each change."""
    start, _ = period(since, None)
    at, wfm, console = known_status(status), client(context), Console(highlight=False, soft_wrap=True)
    customers, in_place = read_tenants(wfm, None, tenants), console.is_terminal and not as_json
    cut = ""

    def find_runs() -> Sequence[Run]:
        nonlocal cut
        found = wfm.runs.list(customers, workflow=workflow, status=at, source=source, since=start, limit=limit + 1)
        is_cut_now = len(found) > limit and not cut
        cut = cut_at(limit) if len(found) > limit else ""
        if is_cut_now and not in_place:
            print_note(cut)
        return found[:limit]

    explain_nothing(find_runs(), wfm, customers, workflow=workflow, source=source)
    snapshots = poll(find_runs, CLOCK, interval, until_ended=until_ended)
    last = Snapshot([], [])
    try:
        if in_place:
            with Live(console=console, auto_refresh=False) as live:
                for last in snapshots:
                    live.update(picture(last, console.width, cut), refresh=True)
        else:
            for last in snapshots:
                for change in last.changes:
                    print(json.dumps(change.as_json()) if as_json else line(change), flush=True)
    except KeyboardInterrupt:
        return
    fail_unless(succeeded=all(run.status == "SUCCEEDED" for run in last.runs if has_ended(run.status)))


def picture(snapshot: Snapshot, width: int, cut: str = "") -> Table:
    """The runs as a table, and that there are more if it is cut."""
    rows = [row(run, alone=False) for run in snapshot.runs]
    return live_table(headings(alone=False), rows, STATUS, width, cut or None)


def line(change: RunChange) -> str:
    """A change in words."""
    run = change.run
    way = f"{change.before} -> {run.status}" if change.before else run.status
    return f"{run.either.customer_id}  {run.run_id}  {run.either.workflow_id}  {way}  {run.reason or ''}".rstrip()
