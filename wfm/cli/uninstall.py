"""`wfm uninstall`: what WFM made in the account while it ran is removed, before its stack is deleted."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.options import OnlyJson, Timeout, Yes
from wfm.cli.output import print_json
from wfm.cli.session import client
from wfm.client.uninstall.uninstall import UNINSTALL_TIMEOUT
from wfm.client.wfm import Wfm
from wfm.errors import ExitCode, UsageError

app = typer.Typer(add_completion=False)
NOTHING = "nothing is left that WFM made at run time"


@app.command()
def uninstall(
    *,
    context: typer.Context,
    export: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="First write all rows there, as JSON lines, a file a table."),
    ] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="With --export: as Parquet too; needs pyarrow.")] = False,
    cancel_runs: Annotated[
        bool, typer.Option("--cancel-runs", help="Cancel what is in flight, and wait for it.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until what is in flight has ended.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be removed.")] = False,
    yes: Yes = False,
    timeout: Timeout = UNINSTALL_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """List what WFM made in the account while it ran, then remove it: schedules, queues, mappings, bucket events.

    Tables, key and secret are the stack's: `removal` says what becomes of them. An interrupted uninstall can be
    begun again.
    """
    if parquet and not export:
        raise UsageError("--parquet: is for --export; allowed: with --export DIR")
    wfm = client(context, name_target=True)
    found, in_flight = wfm.uninstall.find(), wfm.uninstall.in_flight()
    if dry_run:
        flying = [f"in flight: {in_flight}"] if in_flight else []
        _show(found.as_json(), [*found.lines(), *flying], as_json=as_json)
        return
    if in_flight and not (cancel_runs or wait):
        raise UsageError(f"in flight: {in_flight}; allowed: --cancel-runs, --wait, or to begin when all has ended")
    flight = [f"in flight, to be {'cancelled' if cancel_runs else 'waited for'}: {in_flight}"] if in_flight else []
    confirm([*flight, *(found.lines() or [NOTHING])], f"Remove all of that of {wfm.stack}?", yes=yes)
    exported = _export(wfm, Path(export), parquet=parquet) if export else {}
    for done in wfm.uninstall.run(cancel_runs=cancel_runs, wait=wait, timeout=timeout):
        print(done, file=sys.stderr)
    left = wfm.uninstall.find()
    _show({"removed": found.as_json(), "exported": exported, "left": left.as_json()}, _end(wfm), as_json=as_json)
    if not left.is_empty:
        print(f"left: {'; '.join(left.lines())}; begin again", file=sys.stderr)
        raise typer.Exit(ExitCode.FAILED)


def _export(wfm: Wfm, folder: Path, *, parquet: bool) -> dict[str, int]:
    counts = {}
    for done in wfm.export.write(folder, parquet=parquet):
        counts[done.table] = done.rows
        print(f"exported: {done.rows} rows of {done.table} to {done.path}", file=sys.stderr)
    return counts


def _end(wfm: Wfm) -> list[str]:
    return [f"{NOTHING}; now the stack {wfm.stack} can be deleted: docs/upgrade.md, Uninstalling"]


def _show(document: dict[str, object], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        for line in lines or [NOTHING]:
            print(line)
