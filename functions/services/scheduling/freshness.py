"""Freshness: whether the newest window that succeeded of a workflow with `freshness` is new enough in a tenant.

The workflow's row says when to look next; an index finds the rows whose look is due. So nothing is written for a run
that succeeds: a look asks for the runs that could be new enough. What is found is announced first, then the row moves
on, if nobody else moved it: after a crash in between it is announced again with the same `eventId`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from wfm.calendar.timestamps import iso, parse
from wfm.errors import NotReadyYet
from wfm.model.amc_run import CLOCK_SKEW, AmcRun
from wfm.model.events import ResultNews
from wfm.model.rows import Document
from wfm.model.statuses import ResultStatus, TenantStatus
from wfm.model.stored_result import NOT_WATCHED, ResultWatch, longest_lag, next_look
from wfm.model.timeouts import TICK_TOLERANCE

Poll = Callable[[str], Iterable[Document]]
_GONE: Final = (TenantStatus.OFFBOARDING, TenantStatus.OFFBOARDED)
_UNTIL_BACK: Final = timedelta(days=1)  # between looks at what a tenant has that is not served


def watch_result(customer_id: str, workflow_id: str, ports: Ports) -> None:
    """RouteWorkflowEvent: look at the workflow's newest result from now on, or no longer, as its row says. Idempotent.

    A `freshness` that cannot be read is none.
    """
    row, now = ports.workflows.find(customer_id, workflow_id), ports.clock()
    watch = ResultWatch.of(row, now) if row else None
    if watch is None or (watch.within is None and watch.check_at is None):
        return
    fields = watch.fields(now) if watch.within else NOT_WATCHED
    if not ports.workflows.move_result_watch(customer_id, workflow_id, watch.check_at, fields):
        raise NotReadyYet(f"{workflow_id} of {customer_id} was looked at in the same moment; retrying")


@dataclass(frozen=True)
class _Look:
    """A look at the newest result of a workflow, which may be as old as `within`, and `lag` more."""

    seen: ResultWatch
    check_at: str
    within: timedelta
    lag: timedelta
    now: datetime

    @property
    def rule(self) -> str:
        """How old the newest result may be, in words."""
        lag = self.lag // timedelta(hours=1)
        return f"it may be {self.seen.freshness} old{f', and {lag}h more for its settlement lag' if lag else ''}"

    def stale_at(self, watch: ResultWatch) -> datetime:
        """When the newest result is too old."""
        return watch.stale_at(self.within, self.lag)

    def move(self, fields: Document, ports: Ports) -> None:
        """Move the row on from this look, unless somebody else has."""
        ports.workflows.move_result_watch(self.seen.customer_id, self.seen.workflow_id, self.check_at, fields)


def look_at_result(customer_id: str, workflow_id: str, poll: Poll, ports: Ports) -> ResultStatus | None:
    """TrackTenant: look at a workflow's newest result, if that is due; what was announced of it. Idempotent.

    `poll` polls a tenant and gives the runs of WFM that changed: before a result counts as stale, AMC is asked.
    """
    look = _begin(customer_id, workflow_id, ports)
    if look is None:
        return None
    tenant_status = (ports.tenants.find(customer_id) or {}).get("status")
    if tenant_status is None or tenant_status in _GONE:
        look.move({"resultCheckAt": iso(look.now + _UNTIL_BACK)}, ports)
        return None
    watch = _newest(look, poll, ports)
    stale_at, before = look.stale_at(watch), look.seen.status
    status = ResultStatus.STALE if look.now >= stale_at else ResultStatus.FRESH
    watch = replace(watch, status=status, stale_since=stale_at if status is ResultStatus.STALE else None)
    if status is not before:
        ports.announcer.result(_news(look, watch, tenant_status))
    look.move(watch.fields(next_look(look.now, stale_at)), ports)
    return status if status is not before else None


def _begin(customer_id: str, workflow_id: str, ports: Ports) -> _Look | None:
    """The look; None if it is not due, or no longer wanted."""
    row, now = ports.workflows.find(customer_id, workflow_id), ports.clock()
    seen = ResultWatch.of(row, now) if row else None
    if row is None or seen is None or seen.check_at is None or parse(seen.check_at) > now + TICK_TOLERANCE:
        return None
    if seen.within is None:
        ports.workflows.move_result_watch(customer_id, workflow_id, seen.check_at, NOT_WATCHED)
        return None
    lag = longest_lag(row, ports.schedules.of_tenant(customer_id), now)
    return _Look(seen, seen.check_at, seen.within, lag, now)


def _newest(look: _Look, poll: Poll, ports: Ports) -> ResultWatch:
    """The watch with the newest window that succeeded."""
    customer_id = look.seen.customer_id
    since = iso(look.now - look.within - look.lag - CLOCK_SKEW)  # no run of before that has a window that is new enough
    watch = _with(look.seen, ports.executions.since(customer_id, since), ports)
    if look.now < look.stale_at(watch) or look.seen.status is ResultStatus.STALE:
        return watch
    changed = poll(customer_id)  # which the index of runs may not have yet
    return _with(watch, [*changed, *ports.executions.since(customer_id, since)], ports)


def _with(watch: ResultWatch, runs: Iterable[Document], ports: Ports) -> ResultWatch:
    """The watch with what is newer among these runs. A dry run has no result, which only its whole row says."""
    newer = sorted(watch.newer(runs), reverse=True)
    rows = ports.executions.find_many(watch.customer_id, [run_id for _, run_id in newer])
    real = (end for end, run_id in newer if not AmcRun(rows.get(run_id, {})).is_dry_run)
    return replace(watch, newest_end=next(real, watch.newest_end))


def _news(look: _Look, watch: ResultWatch, tenant_status: str) -> ResultNews:
    """What to announce: the result became stale, or fresh again after it was stale."""
    is_stale, end = watch.status is ResultStatus.STALE, watch.newest_end
    reason = f"its newest data ends at {iso(end)}" if end else "no window has succeeded yet"
    if is_stale:
        held = f"; the tenant is {tenant_status}" if tenant_status != TenantStatus.ACTIVE else ""
        reason += f"; {look.rule}{held}"
    since = watch.stale_since if is_stale else look.seen.stale_since
    about = {"freshness": watch.freshness}
    about |= {"newestWindowEnd": iso(end)} if end else {}
    about |= {"staleSince": iso(since)} if since else {}
    return ResultNews(watch.customer_id, watch.workflow_id, watch.status, reason, " ".join(about.values()), about)
