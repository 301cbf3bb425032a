"""Pre-flight: the workflows of a folder against the tables of the tenants that would get them, before a push."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from wfm.cli.notes import print_note
from wfm.cli.output import counted, print_table
from wfm.client.data_sources.preflight import Finding, Preflight, runs_nowhere
from wfm.client.wfm import Wfm
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.errors import InvalidFilesError, UnreachableError, UsageError

Fresh = Annotated[
    bool, typer.Option("--fresh", help="Have AMC list the tables now; else those of the last day are good enough.")
]
HEADINGS = ["CUSTOMER", "WORKFLOW", "FOUND", "LINE", "DETAIL"]
SHOWN = 40  # findings; a fleet may have thousands of one kind


def file_or_tenants(given: Sequence[str] | None) -> tuple[str | None, Sequence[str] | None]:
    """What `--data-sources` names: a file, or tenants; UsageError for a file beside others."""
    files = [one for one in given or () if _is_file(one)]
    if not files:
        return None, given
    if len(given or ()) > 1:
        raise UsageError(f"--data-sources: {files[0]} stands beside others; allowed: one file, or tenants")
    return files[0], None


def _is_file(given: str) -> bool:
    return given == "-" or given.endswith(".json") or os.sep in given or Path(given).is_file()


def check_tenants(wfm: Wfm, files: list[WorkflowFile], given: Sequence[str], *, fresh: bool) -> Preflight:
    """What the tenants lack of the workflows that are for them."""
    chosen = wfm.tenants.choose(given)
    wanted = wfm.data_sources.targets(files, chosen)
    reached = {file.workflow_id for of_one in wanted.values() for file in of_one}
    for file in files:
        if file.workflow_id not in reached:
            print_note(f"{file.workflow_id} is for none of them, and was not checked")
    return run(wfm, {name: of_one for name, of_one in wanted.items() if of_one}, fresh=fresh)


def check_before_push(wfm: Wfm, wanted: Mapping[str, list[WorkflowFile]], *, fresh: bool) -> Preflight | None:
    """The same for a push, which goes on where some lack something: AMC has the last word."""
    try:
        return run(wfm, wanted, fresh=fresh)
    except UnreachableError as exc:
        print_note(f"the tenants' tables are unknown: {exc}")
        return None


def refuse_without_tenant(wanted: Mapping[str, list[WorkflowFile]], found: Preflight) -> None:
    """InvalidFilesError for a workflow that would fail wherever a push brings it."""
    if problems := [*runs_nowhere(wanted, found)]:
        allowed = "tables that a tenant has, or --no-data-sources to push it all the same"
        raise InvalidFilesError([f"{problem}; allowed: {allowed}" for problem in problems])


def run(wfm: Wfm, wanted: Mapping[str, list[WorkflowFile]], *, fresh: bool) -> Preflight:
    """Read the tables of all that get something, and judge."""
    customers = sorted(wanted)
    known = list(counted(wfm.data_sources.of(customers, fresh=fresh), len(customers), "reading tables"))
    return wfm.data_sources.preflight(wanted, known)


def show(found: Preflight | None) -> None:
    """A table by tenant, and one line that sums it up; nothing of what was not checked."""
    if found is None:
        return
    if found.found:
        print_table(HEADINGS, [_row(one) for one in found.found[:SHOWN]], 2)
    if len(found.found) > SHOWN:
        print(f"... and {len(found.found) - SHOWN} more; --json has all")
    if found.checked or found.unknown:
        print(found.summary())


def found_as_json(found: Preflight | None) -> list[dict[str, object]] | None:
    """All that was found; None of what was not checked."""
    return None if found is None else [one.as_json() for one in found.found]


def _row(one: Finding) -> list[str]:
    return [one.customer_id, one.workflow_id, one.kind, str(one.line or ""), one.text]
