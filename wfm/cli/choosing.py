"""Choosing many runs, in one way for all commands: by their ids, or of tenants those that several options name.

Ids are `CUSTOMER/ID`; options together choose what fits all of them. What would be everything is to be said: `--all`.
"""

import re
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import typer

from wfm.cli.naming import NOBODY, SLASH, Named, full, read_ids, read_tenants
from wfm.cli.old_spellings import note_old
from wfm.cli.options import filled
from wfm.cli.request_options import parse_labels
from wfm.cli.run_options import period
from wfm.client.requests.reader import ALL, RequestFilter
from wfm.client.runs.run import Run
from wfm.client.runs.search import RunFilter
from wfm.client.wfm import Wfm
from wfm.errors import UsageError

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[[CUSTOMER/]ID]...", help="Request ids, or AMC's workflowExecutionIds.")
]
Backfill = Annotated[
    str | None, typer.Option(callback=filled, metavar="ID", help="Those of this backfill, of all its tenants.")
]
WindowFrom = Annotated[
    str | None,
    typer.Option(callback=filled, metavar="T", help="Those whose window begins at T or later: yyyy-MM-dd[THH:mm:ss]."),
]
WindowTo = Annotated[
    str | None, typer.Option(callback=filled, metavar="T", help="Those whose window ends at T or before.")
]
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?")
OPTIONS: Final = ("--workflow", "--backfill", "--label", "--since", "--until", "--window-from", "--window-to")


@dataclass(frozen=True, slots=True)
class Choice:
    """Either the `named` runs, or of these `customers` those that are `wanted`."""

    named: Sequence[Named] = ()
    customers: Sequence[str] = ()
    wanted: RequestFilter = ALL

    @property
    def by_customer(self) -> dict[str, list[str]]:
        """The ids of the named runs by customer."""
        return {one: [run.id for run in self.named if run.customer_id == one] for one, _ in self.named}


def windows(window_from: str | None, window_to: str | None) -> tuple[str, str]:
    """Both ends as windows are written, "" where nothing is given; UsageError for what is no day or time."""
    start, end = _time(window_from, "--window-from"), _time(window_to, "--window-to")
    if start and end and start >= end:
        raise UsageError(f"--window-to: {window_to} is not after --window-from {window_from}; allowed: a later time")
    return start, end


def _time(given: str | None, option: str) -> str:
    """It is compared as text, so that a day which there is not would choose windows too."""
    if given is None:
        return ""
    try:
        found = datetime.fromisoformat(given.strip()) if _TIME.fullmatch(given.strip()) else None
    except ValueError:
        found = None
    if found is None:
        raise UsageError(f"{option}: {given!r} cannot be read; allowed: 2026-11-23 or 2026-11-23T14:00:00")
    return found.isoformat()


def read_filter(
    workflow: str | None,
    backfill: str | None,
    since_until: tuple[str | None, str | None] = (None, None),
    window: tuple[str | None, str | None] = (None, None),
    label: Sequence[str] | None = None,
) -> RequestFilter:
    """What all options together want."""
    return RequestFilter(workflow, backfill, *period(*since_until), *windows(*window), parse_labels(label))


def read_choice(
    wfm: Wfm,
    ids: Sequence[str] | None,
    tenants: Sequence[str] | None,
    wanted: RequestFilter,
    *,
    everything: bool,
    own: tuple[str, Sequence[str] | None] = ("", None),
    short: bool = True,
) -> Choice:
    """What a command is to be done with; UsageError if nothing says so, or ids and options both do.

    `own` is the option by which this command alone chooses, and what was given for it. With `short` ids may be written
    so. Where nobody is asked, one that is still to come must not be taken for another.
    """
    (option, given), (old, words) = own, _old_customer(ids or [], tenants)
    if words and given:
        raise UsageError(f"{option}: stands beside ids; allowed: one of the two")
    if bool(words) == bool(everything or given or wanted != ALL):
        raise UsageError(f"ID: needs either ids, or {', '.join(filter(None, (*OPTIONS, option)))} or --all")
    if words:
        if len(tenants or []) > 1:
            raise UsageError("--customer: is there twice beside ids; allowed: one, or ids as CUSTOMER/ID")
        named = read_ids(words, old or (tenants[0] if tenants else None), "ID")
        return Choice([full(wfm, one) for one in named] if short else named)
    return Choice(customers=required_customers(wfm, [old] if old else tenants, wanted.backfill), wanted=wanted)


def read_customers(
    wfm: Wfm, tenants: Sequence[str] | None, backfill: str | None, words: Sequence[str] | None = None
) -> Sequence[str] | None:
    """The tenants that are chosen, or else those of the backfill; None if nothing chooses among them.

    `words` are those of the old spelling.
    """
    customers = read_tenants(wfm, words, tenants)
    return sorted(wfm.backfills.get(backfill).by_tenant) if customers is None and backfill else customers


def required_customers(wfm: Wfm, tenants: Sequence[str] | None, backfill: str | None) -> Sequence[str]:
    """The same; UsageError if nothing chooses among them."""
    customers = read_customers(wfm, tenants, backfill)
    if customers is None:
        raise UsageError(NOBODY)
    return customers


def explain_nothing(
    found: Sized,
    wfm: Wfm,
    customers: Sequence[str] | None,
    *,
    workflow: str | None = None,
    backfill: str | None = None,
    source: str | None = None,
) -> None:
    """Refuse, if nothing was found, a name that nothing of these customers (None: of all) has; with close matches.

    It is not asked before: runs may be there of a workflow that is gone, or that somebody made in AMC by hand.
    """
    if found:
        return
    group, _, name = (source or "").partition(":")
    if customers is None:
        customers = [tenant.customer_id for tenant in wfm.tenants.list()]
    wfm.requests.check(customers, RequestFilter(workflow, backfill or (name if group == "backfill" else None) or None))
    if group == "schedule" and name:
        wfm.schedules.choose(customers, [name])


def chosen_runs(wfm: Wfm, choice: Choice) -> list[Run]:
    """The runs that are named, or that fit; UsageError or UnknownWorkflow for a name that nothing has."""
    if choice.named:
        return [wfm.runs.get(*one) for one in choice.named]
    asked, customers = choice.wanted, choice.customers
    source = f"backfill:{asked.backfill}" if asked.backfill else None
    wanted = RunFilter(
        asked.workflow, None, source, asked.since, asked.until, asked.window_from, asked.window_to,
        asked.labels,
    )  # fmt: skip
    runs = [*wfm.runs.find(customers, wanted)]
    explain_nothing(runs, wfm, customers, workflow=asked.workflow, backfill=asked.backfill)
    return runs


def _old_customer(words: Sequence[str], tenants: Sequence[str] | None) -> tuple[str | None, Sequence[str]]:
    """The customer in the spelling of version 0.1, as the first word, and the words after it."""
    if tenants or not words or SLASH in words[0]:
        return None, words
    customer, *rest = words
    new = " ".join(f"{customer}{SLASH}{word}" for word in rest) or f"--customer {customer}"
    note_old(" ".join(words), new)
    return customer, rest
