"""One poll of a tenant's AMC instance: compares AMC's list of runs with the recorded ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.availability import OUTAGE_TOLERANCE, close_circuit, flush_outbox, open_circuit
from functions.services.tracking.learnt_durations import learn
from functions.services.tracking.missing_runs import fetch_missing
from functions.services.tracking.run_deadlines import end_overdue
from functions.services.tracking.slot_accounting import sync_slots
from wfm.calendar.timestamps import iso, parse_timestamp_or_none
from wfm.errors import AmcUnavailable, InvalidRecord, without_request_ids
from wfm.model.amc_run import CLOCK_SKEW, AmcRun
from wfm.model.amc_runs import Run, age, is_update, list_from, read_list
from wfm.model.availability import refuses_access
from wfm.model.durations import AMC_DURATIONS, read_durations
from wfm.model.poll_policy import MAX_INTERVAL, ActiveRun, after_failure, idle_poll, next_poll
from wfm.model.publishing import Publication, awaits_publishing, publishing_failed, publishing_fields
from wfm.model.rows import Document, RunRow, TenantRow
from wfm.model.runs import is_active, run_row, unannounced
from wfm.model.statuses import AMC_ACTIVE, TenantStatus, has_ended
from wfm.model.tenants import Tenant, from_row
from wfm.model.timeouts import MAX_DURATION, MIN_INTERVAL, TICK_TOLERANCE, deadline

MAX_POLLS_PER_CALL: Final = 30  # while results keep arriving; then the next tick polls
MAX_PROBLEMS: Final = 10  # on the tenant's row
WORTH_A_QUERY: Final = 3  # runs to find: so many rows of a batch cost more than one query of all rows since


@dataclass(frozen=True)
class PollResult:
    """The result of a poll. `problems` are new ones, to be logged once; with an `error` AMC's list is missing.

    `seen` is the tenant's row as the poll found it; None if there was no poll. `recorded` are the rows of WFM's own
    runs that changed.
    """

    changed: int = 0
    problems: tuple[str, ...] = ()
    error: Exception | None = None
    seen: TenantRow | None = None
    recorded: tuple[Document, ...] = ()


@dataclass(frozen=True)
class _Comparison:
    changed: int
    next_poll_at: datetime
    problems: list[str]
    active_runs: bool
    recorded: list[Document]


class Tracker:
    """Polls one tenant's AMC instance and records what changed; `longest_idle` is an interval between polls."""

    def __init__(self, ports: Ports, longest_idle: timedelta) -> None:
        self._ports = ports
        self._longest_idle = longest_idle

    def poll(self, customer_id: str, *, asked: bool = True) -> PollResult:
        """TrackTenant, CheckRuns: poll once, and again if somebody asks meanwhile.

        Does nothing if nobody `asked` and the tenant is not due. An error is written onto the tenant's row and changes
        nothing else; the next poll includes what this one missed.
        """
        changed, messages, clock, found = 0, list[str](), self._ports.clock, None
        recorded = list[Document]()
        for _ in range(MAX_POLLS_PER_CALL):
            row = self._begin(customer_id, asked=asked)
            if row is None:
                break
            found = row
            messages += flush_outbox(row, self._ports)
            try:
                seen = self._compare(row, asked=asked)
            except Exception as exc:  # noqa: BLE001 (kept on the row, and handed to the caller)
                return PollResult(changed, (*messages, *self._fail(row, exc)), exc, row, tuple(recorded))
            if "degradedSince" in row:
                messages += close_circuit(customer_id, self._ports)
            changed += seen.changed
            recorded += seen.recorded
            known = {without_request_ids(problem) for problem in row.get("lookProblems") or ()}
            messages += [problem for problem in seen.problems if without_request_ids(problem) not in known]
            next_poll_at = _no_later_than(parse_timestamp_or_none(row.get("degradedUntil")), seen.next_poll_at, clock())
            tenants, problems, active = self._ports.tenants, seen.problems, seen.active_runs
            if tenants.finish_poll(row, clock(), next_poll_at, problems=problems, active_runs=active):
                break
            asked = True
        return PollResult(changed, tuple(dict.fromkeys(messages)), seen=found, recorded=tuple(recorded))

    def _begin(self, customer_id: str, *, asked: bool) -> TenantRow | None:
        now = self._ports.clock()
        if asked:
            return self._ports.tenants.acquire_poll(customer_id, now)
        return self._ports.tenants.due_poll(customer_id, now, now + TICK_TOLERANCE)

    def _fail(self, row: TenantRow, error: Exception) -> list[str]:
        now, failure = self._ports.clock(), str(error)[:500] or type(error).__name__
        since, is_down = parse_timestamp_or_none(row.get("failingSince")) or now, isinstance(error, AmcUnavailable)
        self._ports.tenants.finish_poll(row, now, after_failure(now, since), failure=failure, unavailable=is_down)
        down_for = now - (parse_timestamp_or_none(row.get("unavailableSince")) or now)
        if row.get("status") == TenantStatus.ACTIVE and (
            refuses_access(error) or (is_down and down_for >= OUTAGE_TOLERANCE)
        ):
            open_circuit(str(row["customerId"]), failure, self._ports)
        return [] if _is_known_failure(failure, row) else [failure]

    def _compare(self, seen: TenantRow, *, asked: bool) -> _Comparison:
        tenant, now, last_poll = from_row(seen), self._ports.clock(), seen.get("lastLookedAt")
        is_quiet = not asked and seen.get("hasActiveRuns") is False
        before, unpublished = ({}, {}) if is_quiet else self._active_runs(tenant.customer_id, now)
        since = list_from(now, last_poll, before.values())
        runs, problems = self._fetch(tenant, before, since, now)
        problems += self._record_publishing(tenant, runs, unpublished, now)
        known = self._known(tenant.customer_id, runs, {**unpublished, **before}, since)
        changed, recorded = self._record(tenant, runs, known, problems)
        ages = {run_id: age(run, known.get(run_id), now) for run_id, run in runs.items() if not _is_over(run)}
        problems += end_overdue(tenant, [known[run_id] for run_id in ages if run_id in known], now, self._ports)
        problems += [self._is_too_old(tenant, runs[run_id]) for run_id, passed in ages.items() if passed > MAX_DURATION]
        active = [run_id for run_id in ages if ages[run_id] <= MAX_DURATION or _is_known(runs[run_id])]
        rows = {run_id: known.get(run_id, {}) for run_id in active}
        unseen = [row for run_id, row in before.items() if run_id not in runs]
        is_leaking = sync_slots(seen, [*rows.values(), *unseen], self._ports)
        # Who asks saw a sign of an end, which AMC may show a moment later.
        is_soon = asked and active and not changed
        expected = [_expected(rows[run_id], ages[run_id], now) for run_id in active if ages[run_id] <= MAX_DURATION]
        in_doubt = is_leaking or any(awaits_publishing(row, now) for row in known.values())
        quiet_since = None if changed else parse_timestamp_or_none(last_poll)
        at_idle = idle_poll(now, quiet_since, self._longest_idle)
        next_poll_at = _next_poll(seen, now, expected, at_idle, in_doubt=in_doubt)
        next_poll_at = now + MIN_INTERVAL if is_soon else next_poll_at
        problems = sorted(set(problems))[:MAX_PROBLEMS]
        is_active = bool(before or unpublished or ages or changed)
        return _Comparison(changed, next_poll_at, problems, is_active, recorded)

    def _known(
        self, customer_id: str, runs: Mapping[str, Run], before: Mapping[str, Document], since: datetime
    ) -> dict[str, Document]:
        """The rows of the runs of AMC's list, by id.

        Most that AMC lists beside the active ones have ended: one query has them, though not all of their fields.
        """
        executions = self._ports.executions
        known = {run_id: row for run_id, row in before.items() if run_id in runs}
        if len(runs) - len(known) >= WORTH_A_QUERY:
            found = executions.since(customer_id, iso(since - CLOCK_SKEW))
            known = {row["workflowExecutionId"]: row for row in found if row["workflowExecutionId"] in runs} | known
        return {**executions.find_many(customer_id, runs.keys() - known.keys()), **known}

    def _fetch(
        self, tenant: Tenant, before: Mapping[str, RunRow], since: datetime, now: datetime
    ) -> tuple[dict[str, Run], list[str]]:
        """AMC's list of runs by id, with those of `before` that it leaves out, and sentences about what is missing."""
        runs, problems = read_list(self._ports.amc.list_executions(tenant, since))
        missing = [row for run_id, row in before.items() if run_id not in runs]
        found, unanswered = fetch_missing(tenant, missing, now, self._ports.amc)
        return {**runs, **found}, [*problems, *unanswered]

    def _active_runs(self, customer_id: str, now: datetime) -> tuple[dict[str, RunRow], dict[str, RunRow]]:
        """The runs that have not ended, by id. One in the index that has ended was edited by hand, and is removed."""
        rows = {row["workflowExecutionId"]: row for row in self._ports.executions.active_runs(customer_id)}
        active = {run_id: row for run_id, row in rows.items() if is_active(row)}
        unpublished = {run_id: row for run_id, row in rows.items() if awaits_publishing(row, now)}
        for run_id in rows.keys() - active.keys() - unpublished.keys():
            self._ports.executions.deactivate(customer_id, run_id)
        return active, unpublished

    def _record_publishing(
        self, tenant: Tenant, runs: Mapping[str, Run], unpublished: Mapping[str, Document], now: datetime
    ) -> list[str]:
        """What AMC says by now of results that were to be published; those that it does not list are asked for."""
        missing = [row for run_id, row in unpublished.items() if run_id not in runs]
        found, problems = fetch_missing(tenant, missing, now, self._ports.amc)
        for run_id in unpublished:
            fields = publishing_fields({**runs, **found}.get(run_id) or {})
            if fields and fields["resultDelivery"] != Publication.PENDING:
                news = unannounced(now) if publishing_failed(fields) else {}
                self._ports.executions.record_publishing(tenant.customer_id, run_id, {**fields, **news})
        return problems

    def _record(
        self, tenant: Tenant, runs: Mapping[str, Run], known: dict[str, Document], problems: list[str]
    ) -> tuple[int, list[Document]]:
        """Write changed runs, learn from those that ended by that, update `known`.

        How many runs changed, and the rows of those that WFM started.
        """
        changed = {run_id: run for run_id, run in runs.items() if is_update(run, known.get(run_id))}
        begun = [
            run for run_id, run in changed.items() if not _is_over(run) and "expected" not in known.get(run_id, {})
        ]
        usual = learn(tenant.customer_id, begun, self._ports.workflows, self._ports.durations)
        ended, recorded = list[Run](), list[Document]()
        for run_id, run in changed.items():
            row = run_row(tenant.customer_id, run, self._ports.clock(), tenant.retention)
            expected = usual.get(AmcRun(run).workflow_id or "")
            if expected and "unsettledSince" in row:
                row["expected"] = expected.to_field()
            try:
                was = self._ports.executions.record(row)
            except InvalidRecord as exc:
                problems.append(f"{run_id}: {exc}")
                continue
            if was is not None:
                known[run_id] = {**was, **row}
                recorded += [known[run_id]] if "requestId" in was else []
                ended += [run] if _is_over(run) and "dryRun" not in was else []
        learn(tenant.customer_id, ended, self._ports.workflows, self._ports.durations)
        return len(changed), recorded

    def _is_too_old(self, tenant: Tenant, run: Run) -> str:
        """The problem of a run after MAX_DURATION. With an unknown status it counts as ended by then."""
        if not _is_known(run):
            self._ports.executions.deactivate(tenant.customer_id, str(AmcRun(run).id))
        hours = MAX_DURATION // timedelta(hours=1)
        return f"{AmcRun(run).id}: AMC says {run.get('status')} after more than {hours} hours"


def _next_poll(
    seen: TenantRow, now: datetime, runs: Sequence[ActiveRun], idle_poll_at: datetime, *, in_doubt: bool
) -> datetime:
    """When to poll a tenant (as it was `seen`) next; `in_doubt` if only polls can tell of something, whatever lands."""
    is_watched = seen.get("resultsWatched") is True
    at = next_poll(now, runs, watched=is_watched) if runs else idle_poll_at
    return at if is_watched and not in_doubt else min(at, now + MAX_INTERVAL)


def _expected(row: Document, age: timedelta, now: datetime) -> ActiveRun:
    end = deadline(row)
    durations = read_durations(row.get("expected")) or AMC_DURATIONS
    return ActiveRun(age, durations, end - now if end else MAX_DURATION)


def _is_known_failure(failure: str, row: TenantRow) -> bool:
    return without_request_ids(failure) == without_request_ids(str(row.get("lookFailure")))


def _is_over(run: Run) -> bool:
    return has_ended(AmcRun(run).amc_status)


def _is_known(run: Run) -> bool:
    return AmcRun(run).amc_status in AMC_ACTIVE


def _no_later_than(until: datetime | None, next_poll_at: datetime, now: datetime) -> datetime:
    """When to poll next: right after `until`, if POSTs wait for that time."""
    return next_poll_at if until is None or until <= now else min(next_poll_at, until + TICK_TOLERANCE)
