"""`wfm schedules pause`, `resume` and `remove`: of one schedule, or of many."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import print_tally
from wfm.cli.naming import Tenants, read_meant
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson, Yes, filled
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.session import client
from wfm.client.schedules.many import ScheduleChanged
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.wfm import Wfm

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[[CUSTOMER/]NAME]...", help="Names of schedules; beside several tenants, of each that has one."
    ),
]
Workflow = Annotated[str | None, typer.Option("--workflow", callback=filled, help="Those that run this workflow.")]
All = Annotated[bool, typer.Option("--all", help="All schedules of these tenants.")]
CHOOSING: Final = "--workflow or --all"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The schedules that are meant; `is_one` if a single one is named, which is reported by itself."""

    found: Sequence[TenantSchedule]
    is_one: bool


def choose(
    wfm: Wfm, words: list[str] | None, tenants: list[str] | None, workflow: str | None, *, everything: bool
) -> Chosen:
    """By their names, or of tenants those that the options choose; UsageError if nothing does, or both do."""
    meant = read_meant(wfm, words, tenants, "NAME", CHOOSING, by_options=workflow is not None or everything)
    if meant.named:
        return Chosen([wfm.schedules.get(*one) for one in meant.named], len(meant.named) == 1)
    return Chosen(wfm.schedules.choose(meant.customers, meant.names, workflow), is_one=False)


def pause(
    *,
    context: typer.Context,
    words: Names = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    everything: All = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Pause a schedule, or many. Runs that have started continue."""
    wfm = client(context)
    chosen = choose(wfm, words, tenants, workflow, everything=everything)
    by = wfm.aws.caller
    one, many = partial(wfm.schedules.pause, by=by), partial(wfm.schedules.pause_many, by=by)
    _switch(chosen, one, many, "paus", yes=yes, as_json=as_json)


def resume(
    *,
    context: typer.Context,
    words: Names = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    everything: All = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Resume a schedule, or many: with its next time, and what it missed as its catchUp says."""
    wfm = client(context)
    chosen = choose(wfm, words, tenants, workflow, everything=everything)
    by = wfm.aws.caller
    one, many = partial(wfm.schedules.resume, by=by), partial(wfm.schedules.resume_many, by=by)
    _switch(chosen, one, many, "resum", yes=yes, as_json=as_json)


def remove(
    *,
    context: typer.Context,
    words: Names = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    everything: All = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Remove a schedule, or many. Runs that have started continue."""
    wfm = client(context)
    chosen = choose(wfm, words, tenants, workflow, everything=everything)
    if not chosen.is_one:
        done = _many(chosen.found, wfm.schedules.remove_many, "remov", yes=yes, as_json=as_json)
        note_library(chosen.found, "removed")
        print_tally(done, "removed")
        return
    (one,) = chosen.found
    plan = f"{one.customer_id} {one.name} ({one.row.get('ScheduleExpression')}) is deleted; its runs stay."
    confirm([plan], "Remove it?", yes=yes)
    wfm.schedules.remove(one.customer_id, one.name)
    note_library([one], "removed")
    _show_one(one, "removed", as_json=as_json)


def _switch(
    chosen: Chosen,
    one: Callable[[str, str], TenantSchedule],
    many: Callable[[Sequence[TenantSchedule]], Iterable[ScheduleChanged]],
    stem: str,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Pause or resume what is chosen. `stem` is of the verb: `paus`, `resum`."""
    if chosen.is_one:
        (found,) = chosen.found
        _show_one(one(found.customer_id, found.name), f"{stem}ed", as_json=as_json)
    else:
        print_tally(_many(chosen.found, many, stem, yes=yes, as_json=as_json), f"{stem}ed")


def _many(
    found: Sequence[TenantSchedule],
    do: Callable[[Sequence[TenantSchedule]], Iterable[ScheduleChanged]],
    stem: str,
    *,
    yes: bool,
    as_json: bool,
) -> Sequence[ScheduleChanged]:
    """Ask, do it and show what became of each. `stem` is of the verb: `paus`, `resum`, `remov`."""
    lines = [f"{one.customer_id} {one.name} ({one.row.get('ScheduleExpression')}) is {one.state}" for one in found]
    if found:
        confirm([f"{len(found)} schedules:", *lines], f"{stem.capitalize()}e them?", yes=yes)
    done = list(counted(do(found), len(found), f"{stem}ing"))
    if as_json:
        print_json([one.as_json() for one in done])
    else:
        rows = [[one.customer_id, one.name, one.change, one.reason] for one in done]
        print_table(["CUSTOMER", "NAME", "CHANGE", "REASON"], rows, 2)
    return done


def _show_one(found: TenantSchedule, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"customerId": found.customer_id, "Name": found.name, "change": done})
    else:
        print(f"{found.customer_id} {found.name}: {done}")


def note_library(found: Sequence[TenantSchedule], done: str) -> None:
    """The library may undo what people do to its schedules."""
    its = [one for one in found if one.library_version is not None]
    if len(its) == 1:
        origin = f"{its[0].name} came from the library (version {its[0].library_version})"
        print_note(f"{origin}: a rollout may undo that it is {done}")
    elif its:
        print_note(f"{len(its)} of them came from the library: a rollout may undo that they are {done}")
