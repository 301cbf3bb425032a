"""`wfm library`: workflows as files, rolled out to every tenant that they are for."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import fail_unless
from wfm.cli.given_files import read_sources
from wfm.cli.library_checks import CheckOn, check_on_tenants
from wfm.cli.library_plan import show_plan
from wfm.cli.library_preflight import (
    Fresh,
    check_before_push,
    check_tenants,
    file_or_tenants,
    found_as_json,
    refuse_without_tenant,
)
from wfm.cli.library_preflight import show as show_preflight
from wfm.cli.library_removal import remove
from wfm.cli.library_rollouts import rollout
from wfm.cli.library_targets import warn_of_unmatched
from wfm.cli.library_views import list_workflows, show
from wfm.cli.options import AsJson, OnlyJson, Timeout, Wait, Yes
from wfm.cli.output import print_json
from wfm.cli.rollout_progress import follow
from wfm.cli.session import client
from wfm.client.deliveries.deliveries import TURN_ON
from wfm.client.library.library import ROLLOUT_TIMEOUT
from wfm.client.library.plan import CHANGED, EXTRA, NEW, Change
from wfm.client.library.rollouts import RolloutStatus
from wfm.client.wfm import Wfm
from wfm.client.workflow_files.folder import Folder, WorkflowFile, read_folder
from wfm.errors import UsageError

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("list")(list_workflows)
app.command("show")(show)
app.command("remove")(remove)
app.command("rollout")(rollout)

_SEE_STATUS: Final = "\nsee its status with: wfm library list"
Dir = Annotated[Path, typer.Argument(metavar="DIR", help="Holds name.sql beside name.yaml.")]


@app.command()
def push(
    context: typer.Context,
    folder: Dir,
    *,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove workflows that are not in the folder.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="With --prune: even if that is all the library has.")
    ] = False,
    check_on: CheckOn = None,
    data_sources: Annotated[
        bool,
        typer.Option(
            "--data-sources/--no-data-sources",
            help="Show which tenants lack a table or column of it; refuse what all of them lack.",
        ),
    ] = True,
    fresh: Fresh = False,
    wait: Wait = False,
    timeout: Timeout = ROLLOUT_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Make the library match the folder. Shows the difference and asks first."""
    library = client(context).library
    found = library.read(folder)
    _warn(found)
    changes = library.compare(found)
    if prune:
        library.check_prune(changes)
    warn_of_unmatched(client(context), found)
    _note_no_deliveries(client(context), found)
    show_plan(changes, prune=prune, as_json=as_json)
    wanted = [change for change in changes if change.kind in (NEW, CHANGED) or (prune and change.kind == EXTRA)]
    reached = _reached(wanted)
    lacking = check_before_push(client(context), reached, fresh=fresh) if data_sources else None
    document: dict[str, object] = {
        "changes": [change.as_json() for change in changes],
        "dataSources": found_as_json(lacking),
    }
    if not as_json:
        show_preflight(lacking)
    if lacking:
        refuse_without_tenant(reached, lacking)
    if check_on:
        check_on_tenants(client(context), check_on, [change.file for change in wanted if change.file])
    if dry_run or not wanted:
        _report(document, [], [], as_json=as_json)
        return
    if prune and not everything:
        _refuse_to_empty(folder, changes)
    confirm([], f"Push {_count(len(wanted))} to the library?", yes=yes)
    begun = library.push(wanted, prune=prune)
    if not as_json:
        print(f"pushed: {_count(len(wanted))}{'' if wait else _SEE_STATUS}")
    ended = follow(library, begun, timeout, as_json=as_json) if wait else []
    _report(document, wanted, ended, as_json=as_json)
    fail_unless(succeeded=all(one.succeeded for one in ended))


@app.command()
def check(
    context: typer.Context,
    folder: Dir,
    *,
    data_sources: Annotated[
        list[str] | None,
        typer.Option(
            "--data-sources",
            "--tenants",
            metavar="TENANTS|FILE.json",
            help="Hold tables and columns against the instances of these tenants (ids, tag:NAME or all; repeatable), or"
            " against a file with AMC's answer to GET /dataSources.",
        ),
    ] = None,
    check_on: CheckOn = None,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """Check the workflows of a folder, their SQL included; without tenants no deployment is needed.

    An error is what AMC or WFM refuses for certain, and ends with exit code 2; a warning may be meant so. Exit code 1
    if one of the tenants lacks a table or column.
    """
    file, tenants = file_or_tenants(data_sources)
    if fresh and tenants is None:
        raise UsageError("--fresh: asks AMC about tenants; allowed: with --data-sources TENANTS")
    found = read_folder(folder, datetime.now(UTC), read_sources(file) if file else None)
    _warn(found)
    lacking = check_tenants(client(context), found.workflows, tenants, fresh=fresh) if tenants is not None else None
    if check_on:
        check_on_tenants(client(context), check_on, found.workflows)
    if as_json:
        ids = [one.workflow_id for one in found.workflows]
        warnings = [str(warning) for warning in found.warnings]
        print_json({"workflows": ids, "warnings": warnings, "dataSources": found_as_json(lacking)})
    else:
        show_preflight(lacking)
        print(f"{_count(len(found.workflows))}: nothing wrong, {len(found.warnings)} to look at")
    fail_unless(succeeded=lacking is None or not lacking.lacking)


@app.command()
def pull(
    context: typer.Context,
    folder: Dir,
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that say something else.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the library into a folder. Files that say the same already stay as they are."""
    done = client(context).library.pull(folder, force=force)
    for workflow_id, problem in done.unreadable:
        print(f"warning: {workflow_id} is left out, its record cannot be read: {problem}", file=sys.stderr)
    if as_json:
        print_json(done.as_json())
        return
    names = f": {', '.join(done.written)}" if done.written else ""
    print(f"{len(done.written)} written{names}; {len(done.unchanged)} unchanged")


def _warn(found: Folder) -> None:
    for warning in found.warnings:
        print(f"warning: {warning}", file=sys.stderr)


def _report(
    document: Mapping[str, object], pushed: Sequence[Change], ended: Sequence[RolloutStatus], *, as_json: bool
) -> None:
    if as_json:
        names = [change.workflow_id for change in pushed]
        print_json({**document, "pushed": names, "rollouts": [one.named_as_json() for one in ended]})


def _refuse_to_empty(folder: Path, changes: Sequence[Change]) -> None:
    """UsageError where nothing of the library would stay, as with an empty folder; `--yes` does not answer that."""
    gone = [change for change in changes if change.kind == EXTRA]
    if gone and len(gone) == len([change for change in changes if change.kind != NEW]):
        raise UsageError(
            f"--prune: {folder} has nothing of the library, all of which ({_count(len(gone))}) would be removed;"
            " allowed: --all beside it"
        )


def _note_no_deliveries(wfm: Wfm, found: Folder) -> None:
    """Warn of what a deployment cannot do: the field is kept, and works from the day on which it can."""
    wanted = [file for file in found.workflows if file.workflow.delivery not in (None, False)]
    if wanted and not wfm.deliveries.are_on():
        names = ", ".join(file.workflow_id for file in wanted)
        print(f"warning: delivery: {names}: {wfm.stack} delivers no results; {TURN_ON}", file=sys.stderr)


def _reached(changes: Sequence[Change]) -> dict[str, list[WorkflowFile]]:
    """The workflows by the tenants that a push brings them to."""
    reached: dict[str, list[WorkflowFile]] = {}
    for change in changes:
        for customer_id in change.reach.gets if change.file else ():
            reached.setdefault(customer_id, []).extend([change.file] if change.file else [])
    return reached


def _count(number: int) -> str:
    return "1 workflow" if number == 1 else f"{number} workflows"
