"""What Runs shows: those that have not ended, always, and the newest that have, by their end."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from wfm.client.records import Request
from wfm.client.runs.run import Run
from wfm.client.runs.search import AT_A_TIME, RunFilter, RunSearch
from wfm.client.tenants.status import served, slots_taken
from wfm.client.times import present, read_since
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.model.statuses import RequestStatus, has_ended
from wfm.store.tenant_status import BAD_RUNS

MOST_TENANTS: Final = 25  # of whom runs are read: five calls each
MOST_RUNS: Final = 100
BAD: Final = "FAILED or REJECTED"  # what Fleet counts; of runs from elsewhere DELETED ones too
STATUSES: Final = (*(status.value for status in RequestStatus), BAD)
SOURCES: Final = ("wfm", "external", "schedule", "backfill")


@dataclass(frozen=True, slots=True)
class RunList:
    """`asked` are the tenants whose runs are shown, of `tenants` that the address names; `earlier` is the next page."""

    active: Sequence[Run]
    ended: Sequence[Run]
    asked: Sequence[str]
    tenants: int
    earlier: str = ""
    statuses: Sequence[str] = STATUSES
    sources: Sequence[str] = SOURCES


def read_runs(wfm: Wfm, given: Given) -> RunList:
    """The runs that the address names. Without tenants in it: those of the ones that have most runs just now."""
    wanted = filter_of(given)
    names = tenants_of(wfm, given.text("tenant"))
    asked = names[:MOST_TENANTS]
    runs = RunSearch(wfm.aws.tables.runs).find(asked, wanted, MOST_RUNS)
    active = active_runs(wfm, asked, wanted, runs)
    ended = [run for run in runs if has_ended(run.status)]
    return RunList(
        sorted(active, key=lambda run: run.started, reverse=True),
        sorted(ended, key=lambda run: run.ended or run.started, reverse=True),
        asked,
        len(names),
        min(run.started for run in runs) if len(runs) == MOST_RUNS else "",
    )


def active_runs(wfm: Wfm, customer_ids: Sequence[str], wanted: RunFilter, found: Sequence[Run]) -> Sequence[Run]:
    """Those of `found` that have not ended, and the others that fit, however long ago they were asked for."""
    active = {run.run_id: run for run in found if not has_ended(run.status)}
    has_only_ended = wanted.statuses and all(map(has_ended, wanted.statuses))
    if not has_only_ended and not wanted.until:
        active |= {run.run_id: run for run in open_runs(wfm, customer_ids) if wanted.fits(run)}
    return list(active.values())


def filter_of(given: Given, since: str = "") -> RunFilter:
    """The filter that an address names, by default of what was asked for `since`; UsageError for what cannot be."""
    since, until = given.text("since") or since, given.text("until")
    return RunFilter(
        given.text("workflow") or None,
        BAD_RUNS if given.one_of("status", STATUSES) == BAD else given.text("status") or None,
        given.text("source") or None,
        read_since(since, present(), "since") if since else "",
        read_since(until, present(), "until") if until else "",
        labels=given.labels("label"),
    )


def tenants_of(wfm: Wfm, words: str) -> Sequence[str]:
    """The tenants that the words name (`acme`, `acme,birch`, `tag:retail`); without any all, the busiest first."""
    if words:
        return wfm.tenants.choose([words])
    tenants = served(wfm.tenants.list())
    taken = slots_taken(wfm.aws, tenants).of_tenant
    return sorted((tenant.customer_id for tenant in tenants), key=lambda name: -taken[name])


def open_runs(wfm: Wfm, customer_ids: Sequence[str]) -> list[Run]:
    """The requests of these tenants that have not ended, each with its AMC run if it has one."""
    tables = wfm.aws.tables.runs
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        found = list(pool.map(lambda name: tables.open_requests(name, MOST_RUNS), customer_ids))
    return [Run(Request.from_row(row), None) for rows in found for row in rows]
