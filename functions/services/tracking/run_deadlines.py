"""Cancels runs that WFM started and that exceed their time-out by an hour. Runs that others started are left alone."""

from collections.abc import Iterable
from datetime import datetime

from functions.ports import Ports
from wfm.errors import PermanentError, TransientError
from wfm.model.amc_run import AmcRun
from wfm.model.rows import Document
from wfm.model.stored_request import StoredRequest
from wfm.model.tenants import Tenant
from wfm.model.timeouts import SECONDS, TIMEOUT, deadline, timeout_of


def end_overdue(tenant: Tenant, runs: Iterable[Document], now: datetime, ports: Ports) -> list[str]:
    """PollExecution, TrackTenant: cancel each overdue run in AMC, once, and mark its row, which ends its request.

    `runs` are rows of active runs. The answer has a sentence for each run that could not be cancelled; the next poll
    tries again.
    """
    problems = []
    for run in runs:
        seconds = _overdue_after(run, now, ports)
        if seconds:
            problems += _end(tenant, run, seconds, now, ports)
    return problems


def _overdue_after(run: Document, now: datetime, ports: Ports) -> int:
    """The time-out in seconds that a run of WFM has exceeded; 0 if it has not, or was marked before."""
    request_id = AmcRun(run).request_id
    if request_id is None or "overdueAt" in run:
        return 0
    if TIMEOUT not in run and _is_over(deadline({**run, TIMEOUT: SECONDS[0]}), now):
        # AMC does not say: then what it was asked for counts, which may be as little as that
        request = StoredRequest(ports.requests.find(AmcRun(run).customer_id, request_id) or {})
        run = {**run, TIMEOUT: request.body.get(TIMEOUT)}
    return timeout_of(run) if _is_over(deadline(run), now) else 0


def _is_over(end: datetime | None, now: datetime) -> bool:
    return end is not None and now > end


def _end(tenant: Tenant, run: Document, seconds: int, now: datetime, ports: Ports) -> list[str]:
    run_id = str(AmcRun(run).id)
    prefix = f"AMC says {AmcRun(run).recorded_status} long after the run's time-out of {seconds} seconds; WFM "
    try:
        is_cancelled = ports.amc.cancel_execution(tenant, run_id)
    except TransientError as exc:
        return [f"{run_id}: is past its time-out of {seconds} seconds and could not be cancelled: {exc}"]
    except PermanentError as exc:
        reason = f"{prefix}gave it up, since AMC does not cancel it: {exc}"
    else:
        reason = f"{prefix}{'cancelled it' if is_cancelled else 'gave it up, since AMC cancels it no more'}"
    ports.executions.mark_overdue(tenant.customer_id, run_id, reason, now)
    return []
