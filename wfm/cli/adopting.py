"""`wfm workflows adopt`: what AMC instances hold that WFM does not, into files of the library or the tenants' rows."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import fail_by
from wfm.cli.naming import OldCustomer, Tenants, served_tenants
from wfm.cli.options import OnlyJson, Timeout, Wait, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.session import client
from wfm.client.adoption.adoption import Searched
from wfm.client.adoption.found import LEFT_OUT, Found
from wfm.client.wfm import Wfm
from wfm.client.workflow_files.writing import plan, write
from wfm.client.workflows.syncing import SYNC_TIMEOUT
from wfm.errors import UsageError

HEADINGS = ["CUSTOMER", "WORKFLOW", "FOUND", "NOTE"]


def adopt(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    workflow: Annotated[
        list[str] | None, typer.Option("--workflow", "-w", help="Only the workflow of this id; repeatable.")
    ] = None,
    to_library: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write files for `wfm library push`, each for the tenants that hold it."),
    ] = None,
    to_tenant: Annotated[
        bool, typer.Option("--to-tenant", help="Take them into the tenants' own workflows; AMC stays as it is.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that say something else.")] = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = SYNC_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """List what AMC holds that WFM does not know, or that was changed there by hand, and take it over.

    Without a destination nothing is changed. Exit code 5 if some are left out, or some tenants' not
    listed by AMC, and 1 if all are.
    """
    _refuse(to_library, to_tenant=to_tenant, force=force, wait=wait)
    wfm = client(context)
    only = workflow or []
    chosen = served_tenants(wfm, old_customer, tenants)
    searched = sorted(
        counted(wfm.adoption.search(chosen, only), len(chosen), "asking AMC"), key=lambda one: one.customer_id
    )
    found = [one for each in searched for one in each.found]
    _show(found, as_json=as_json)
    problems, good = _problems(searched, only), len(found)
    if to_library is not None:
        left_out, good = _to_library(wfm, found, to_library, force=force)
    elif to_tenant:
        left_out, good = _to_tenant(wfm, found, yes=yes, timeout=timeout if wait else None)
    else:
        left_out = []
        if found:
            _note("--to-library DIR writes them as files, --to-tenant takes them into the tenants' own workflows")
    problems += left_out
    for line in problems:
        _note(f"problem: {line}")
    as_wanted = not only and any(not one.problem and not one.found for one in searched)
    fail_by(len(problems), of_all=not (good or as_wanted))


def _refuse(to_library: Path | None, *, to_tenant: bool, force: bool, wait: bool) -> None:
    """UsageError for options that do not go together."""
    if to_library is not None and to_tenant:
        raise UsageError("--to-tenant: is there beside --to-library; allowed: one of them")
    if force and to_library is None:
        raise UsageError("--force: overwrites files, and none are written; allowed: with --to-library DIR")
    if wait and not to_tenant:
        raise UsageError("--wait: follows what tenants are given; allowed: with --to-tenant")


def _show(found: Sequence[Found], *, as_json: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in found])
    elif found:
        print_table(HEADINGS, [[one.customer_id, one.workflow_id, one.kind, one.note] for one in found], 2)
    else:
        print("AMC holds nothing that WFM does not")


def _problems(searched: Sequence[Searched], only: Sequence[str]) -> list[str]:
    """The tenants that AMC did not list, and the ids that were asked for and are not to be adopted anywhere."""
    problems = [f"{one.customer_id}: {one.problem}" for one in searched if one.problem]
    there = {one.workflow_id for each in searched for one in each.found}
    if not problems:
        problems += [f"--workflow: {name!r} is in none of them, or WFM has it so" for name in only if name not in there]
    return problems


def _to_library(wfm: Wfm, found: Sequence[Found], folder: Path, *, force: bool) -> tuple[list[str], int]:
    """What is left out, and how many files say what AMC holds."""
    taken = wfm.adoption.for_library(found)
    planned = plan(taken.workflows, folder, force=force)
    write(planned)
    for _, sql, yaml in planned.to_write:
        _note(f"written: {sql}, {yaml.name}")
    for workflow in planned.unchanged:
        _note(f"unchanged: {workflow.workflow_id}")
    if planned.to_write:
        _note(f"see what a push would do with: wfm library push {folder} --dry-run")
    left_out = [f"{customer} {name}: left out: {why}" for customer, name, why in taken.left_out]
    return left_out, len(planned.to_write) + len(planned.unchanged)


def _to_tenant(wfm: Wfm, found: Sequence[Found], *, yes: bool, timeout: float | None) -> tuple[list[str], int]:
    """What is left out, or was not synced, and how many were taken."""
    problems = [f"{one.customer_id} {one.workflow_id}: left out: {one.problem}" for one in found if one.problem]
    problems += [
        f"{one.customer_id} {one.workflow_id}: left out: it comes from the library; --to-library DIR takes it there"
        for one in found
        if one.is_librarys
    ]
    wanted = [one for one in found if one.kind != LEFT_OUT and not one.is_librarys]
    if not wanted:
        return problems, 0
    lines = [f"{one.customer_id} {one.workflow_id}: {_what(one)}" for one in wanted]
    confirm(lines, f"Take {len(wanted)} into the tenants' workflows?", yes=yes)
    adopted = [one for one in wanted if wfm.adoption.adopt(one)]
    problems += [
        f"{one.customer_id} {one.workflow_id}: left out: its row has changed since; try again"
        for one in wanted
        if one not in adopted
    ]
    _note(f"adopted: {len(adopted)}")
    bad = _follow(wfm, adopted, timeout) if timeout is not None else []
    return problems + bad, len(adopted) - len(bad)


def _what(found: Found) -> str:
    lost = sorted(name for name in found.changed if name not in found.definition)
    left = f"; AMC shows no {', '.join(lost)}, which its row loses" if lost else ""
    return f"{found.kind}{left}"


def _follow(wfm: Wfm, adopted: Sequence[Found], timeout: float) -> list[str]:
    """What did not become SYNCED."""
    ended = wfm.adoption.wait(adopted, timeout)
    bad = [one for one in ended if one.sync_status != "SYNCED"]
    _note(f"synced: {len(ended) - len(bad)}")
    return [f"{one.customer_id} {one.workflow_id}: {one.sync_status}: {one.sync_reason or ''}" for one in bad]


def _note(line: str) -> None:
    print(line, file=sys.stderr)
