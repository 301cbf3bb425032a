"""Reacts to a change of a row of Executions."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from functions.ports import Ports
from wfm.calendar.timestamps import epoch
from wfm.model.amc_run import AmcRun
from wfm.model.outcomes import of_run
from wfm.model.publishing import PUBLISHING_FAILED, publishing_failed
from wfm.model.rows import LINEAGE, Document
from wfm.model.statuses import RunStatus, has_ended

# A claim may have come between the change and its announcement.
_CLAIM: Final = ("requestId", "source", "requestedBy", "backfillId", "labels", "queueWait", "slotWait", *LINEAGE)
COMPARED_FOR: Final = timedelta(days=67)  # the oldest age of a window, and a week for what its run takes
CLAIMED: Final = "CLAIMED"  # among the statuses that were announced: whose run it is that has ended
_COUNTED: Final[Mapping[str, str]] = {RunStatus.FAILED: "RunsFailed", RunStatus.REJECTED: "RunsFailed"}


def announce_execution(old: Document | None, new: Document | None, ports: Ports) -> list[str]:
    """Complete the waiting task of a run that has ended, then announce a new status. Other changes are ignored.

    The answer is what was announced.

    Stream records may come again. The row lists the statuses that were announced, and none is announced twice. It is
    written after the announcement: after a crash in between the announcement is repeated, with the same `eventId`. So
    is the order to deliver a result, which is sent before the announcement that its run succeeded (decision 44). An end
    whose record was lost is sent again by Reconcile, which changes `unannouncedSince`. An end that was announced before
    WFM knew whose run it is, as after an outage of AMC, is announced once more, by the same `eventId`.
    """
    run, before = AmcRun(new or {}), AmcRun(old or {})
    if _is_sent_again(before, run):
        before = AmcRun({})
    status, previous = run.recorded_status, before.recorded_status or None
    is_overdue = "overdueAt" in run.fields and "overdueAt" not in before.fields
    if not status:
        return []
    if is_overdue or (has_ended(status) and status != previous):
        _complete_task(run, ports)
    is_claimed = _is_claimed_after_its_end(before, run)
    statuses = [status] if status != previous or is_claimed else []
    statuses += [PUBLISHING_FAILED] if publishing_failed(run.fields) and not publishing_failed(before.fields) else []
    if not statuses:
        return []
    row = ports.executions.find(run.customer_id, str(run.id)) or {}
    known = row["announced"] if isinstance(row.get("announced"), list) else []
    claim = {name: value for name, value in row.items() if name in _CLAIM}
    statuses += [CLAIMED] if is_claimed and status in known else []
    news = [each for each in statuses if each not in known]
    for each in news:
        is_last = each == news[-1]
        since = run.unannounced_since if is_last else None
        _announce(each, AmcRun({**run.fields, **claim}), None if is_claimed else previous, ports, since)
    if run.unannounced_since and not news:
        ports.executions.mark_all_announced(run.customer_id, str(run.id), run.unannounced_since)
    return news


def _is_claimed_after_its_end(before: AmcRun, run: AmcRun) -> bool:
    status = run.recorded_status
    return has_ended(status) and status == before.recorded_status and bool(run.request_id and not before.request_id)


def _is_sent_again(before: AmcRun, run: AmcRun) -> bool:
    """Whether the run was unannounced before, and is so since another time."""
    times = [before.unannounced_since, run.unannounced_since]
    return None not in times and times[0] != times[1]


def _announce(status: str, run: AmcRun, previous: str | None, ports: Ports, since: str | None) -> None:
    if run.recorded_status == RunStatus.SUCCEEDED and run.supersedes and status != PUBLISHING_FAILED:
        _supersede(run, ports)
    if status == PUBLISHING_FAILED:
        ports.announcer.publishing_failure(run.fields)
    elif status == CLAIMED:
        ports.announcer.execution(run.fields, None)
    else:
        if status == RunStatus.SUCCEEDED and ports.delivery_orders.is_there:
            from functions.services.delivery.ordering import order_delivery

            order_delivery(run, ports)
        ports.announcer.execution(run.fields, previous)
    ports.executions.mark_announced(run.customer_id, str(run.id), status, since)
    if status in _COUNTED:
        ports.metrics.count(_COUNTED[status])


def _supersede(run: AmcRun, ports: Ports) -> None:
    """Mark the run before this one, of the same window, and its request: their numbers have newer ones.

    This one is kept until the oldest age has its run, however soon the tenant's runs go: it may be compared with it.
    """
    ports.executions.keep(run.customer_id, str(run.id), epoch(ports.clock() + COMPARED_FOR))
    before = AmcRun(ports.executions.find(run.customer_id, str(run.supersedes)) or {})
    if before.id:
        ports.executions.mark_superseded(run.customer_id, before.id, str(run.id))
    if before.request_id:
        ports.requests.save(run.customer_id, before.request_id, supersededBy=str(run.id))


def _complete_task(run: AmcRun, ports: Ports) -> None:
    request = ports.requests.find(run.customer_id, run.request_id) if run.request_id else None
    if request and request.get("outcomeToken"):
        ports.tasks.succeed(request["outcomeToken"], asdict(of_run(run.fields)))
