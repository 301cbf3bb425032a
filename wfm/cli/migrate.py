"""`wfm migrate`: what the predecessors' tables and rules hold becomes WFM's."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import fail_unless
from wfm.cli.migrate_views import print_done, print_plan
from wfm.cli.notes import print_note
from wfm.cli.options import OnlyJson, Timeout, Yes
from wfm.cli.output import counted
from wfm.cli.session import client
from wfm.client.adapters.old_tables import OldTables
from wfm.client.migration.exports import files_in, read_file
from wfm.client.migration.old_rows import OldRow, is_history
from wfm.client.migration.plan import KINDS, WRITES, Action, MigrationPlan
from wfm.client.suggestions import suggest
from wfm.client.tenants.onboarding import ONBOARDING_TIMEOUT
from wfm.client.wfm import Wfm
from wfm.errors import ExitCode, UsageError

app = typer.Typer(add_completion=False)


@app.command()
def migrate(
    *,
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE|DIR...", help="Exported rows: a scan, an export to S3, rules, or plain JSON."),
    ] = None,
    table: Annotated[list[str] | None, typer.Option("--table", help="A table to read; repeatable.")] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option("--tables", metavar="PREFIX", help="All tables whose names begin so; repeatable."),
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option("--rules", metavar="PREFIX", help="EventBridge's rules whose names begin so; repeatable."),
    ] = None,
    old_profile: Annotated[
        str | None, typer.Option(help="The AWS profile that reads them, if it is another one.")
    ] = None,
    old_region: Annotated[str | None, typer.Option(help="The region in which they are, if it is another one.")] = None,
    library: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the library's workflows are written, for a push.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help=f"Only these, of {', '.join(KINDS)}; repeatable; all if not given.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what WFM has and says something else.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write it, after asking; without it the plan is shown.")
    ] = False,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Write the others although some rows are refused.")
    ] = False,
    yes: Yes = False,
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Show what of the predecessors' rows becomes WFM's and what cannot, and with --apply write it.

    Nothing of the predecessors is changed. With --apply nothing is written while a row is refused, unless
    --skip-refused is given. Exit code 1 if a row is refused; with --apply 5 if others were written.
    """
    _check_names(only or [])
    wfm = client(context)
    if not (files or table or tables or rules):
        raise UsageError("FILE: is missing, and so are --table, --tables and --rules; allowed: one of them at least")
    rows = [row for path in files or [] for one in files_in(path) for row in read_file(one)]
    if table or tables or rules:
        old = wfm.migration.old_tables(old_profile, old_region)
        rows += _rows(old, [*(table or []), *(name for prefix in tables or [] for name in _names(wfm, old, prefix))])
        rows += [
            OldRow(f"rules {prefix}", row)
            for prefix in rules or []
            for row in counted(old.rules(prefix), None, f"reading rules {prefix}")
        ]
    plan = wfm.migration.plan(
        counted(rows, len(rows), "reading"),
        datetime.now(UTC),
        folder=library,
        only=only or [],
        force=force,
        each=lambda old: counted(old, len(old), "comparing"),
    )
    refused, writing = plan.of(Action.REFUSED), plan.of(*WRITES)
    if not apply or not as_json:
        print_plan(plan, as_json=as_json)
    if not apply:
        fail_unless(succeeded=not refused)
        return
    if refused and not skip_refused:
        raise UsageError(f"{len(refused)} refused, so nothing is written; allowed: all put right, or --skip-refused")
    if writing:
        _apply(wfm, plan, library, yes=yes, timeout=timeout, as_json=as_json)
    if refused:
        raise typer.Exit(ExitCode.PARTLY if writing else ExitCode.FAILED)


def _apply(wfm: Wfm, plan: MigrationPlan, library: Path | None, *, yes: bool, timeout: float, as_json: bool) -> None:
    writing = plan.of(*WRITES)
    lines = [f"{one.read.kind} {one.read.name}: {one.action} {one.reason}".rstrip() for one in writing]
    confirm([f"{len(writing)} to write", *lines], "Go on?", yes=yes)
    done = list(counted(wfm.migration.apply(plan, library, timeout), len(writing), "writing"))
    print_done(done, as_json=as_json)
    if library is not None and any(one.planned.action == Action.WRITE for one in done):
        print(f"see what a push would do with: wfm library push {library} --dry-run", file=sys.stderr)
    failed = [one for one in done if one.problem]
    if failed:
        raise typer.Exit(ExitCode.FAILED if len(failed) == len(done) else ExitCode.PARTLY)


def _check_names(only: Sequence[str]) -> None:
    for name in only:
        if name not in KINDS:
            raise UsageError(f"--only: {name!r} is none of them; {suggest(name, KINDS)}")


def _rows(old: OldTables, names: Sequence[str]) -> Iterator[OldRow]:
    """The rows of these tables, each read once; the runs of the past are left where they are."""
    for name in dict.fromkeys(names):
        if is_history(name):
            print_note(f"{name}: runs of the past, not read")
        else:
            yield from (OldRow(name, row) for row in counted(old.rows(name), None, f"reading {name}"))


def _names(wfm: Wfm, old: OldTables, prefix: str) -> list[str]:
    """The tables that begin so, without WFM's own; UsageError if there is none."""
    ours = wfm.migration.own_tables()
    names = [name for name in old.names(prefix) if name not in ours]
    if not names:
        raise UsageError(f"--tables: no table begins with {prefix!r}; allowed: such as wfm-demoteam-")
    return names
