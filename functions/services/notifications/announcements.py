"""Reacts to a change of a row of Executions."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from functions.ports import Ports
from wfm.model.deliveries import DELIVERY_FAILED, has_failed
from wfm.model.outcomes import of_run
from wfm.model.rows import Document, text_or_none
from wfm.model.statuses import RunStatus, has_ended

# A claim may have come between the change and its announcement.
_CLAIM: Final = ("requestId", "source", "requestedBy", "backfillId", "queueWait", "slotWait")
_COUNTED: Final[Mapping[str, str]] = {RunStatus.FAILED: "RunsFailed", RunStatus.REJECTED: "RunsFailed"}


def announce(old: Document | None, new: Document | None, ports: Ports) -> None:
    """Complete the waiting task of a run that has ended, then announce a new status. Other changes are ignored.

    Stream records may come again. The row lists the statuses that were announced, and none is announced twice. It is
    written after the announcement: after a crash in between the announcement is repeated, with the same `eventId`.
    """
    previous = text_or_none(old.get("executionStatus")) if old else None
    if new is None or new.get("executionStatus") is None:
        return
    status, is_overdue = str(new["executionStatus"]), "overdueAt" in new and "overdueAt" not in (old or {})
    if is_overdue or (has_ended(status) and status != previous):
        _complete_task(new, ports)
    statuses = [status] if status != previous else []
    statuses += [DELIVERY_FAILED] if has_failed(new) and not has_failed(old) else []
    if not statuses:
        return
    row = ports.executions.find(str(new["customerId"]), str(new["workflowExecutionId"])) or {}
    known = row["announced"] if isinstance(row.get("announced"), list) else []
    claim = {name: value for name, value in row.items() if name in _CLAIM}
    run = {**new, **claim}
    for announced in statuses:
        if announced not in known:
            _announce(announced, run, previous, ports)


def _announce(statuses: str, run: Document, previous: str | None, ports: Ports) -> None:
    if statuses == DELIVERY_FAILED:
        ports.announcer.delivery_failure(run)
    else:
        ports.announcer.execution(run, previous)
    ports.executions.mark_announced(str(run["customerId"]), str(run["workflowExecutionId"]), statuses)
    if statuses in _COUNTED:
        ports.metrics.count(_COUNTED[statuses])


def _complete_task(run: Document, ports: Ports) -> None:
    request = ports.requests.find(str(run["customerId"]), str(run["requestId"])) if run.get("requestId") else None
    if request and request.get("outcomeToken"):
        ports.tasks.succeed(request["outcomeToken"], asdict(of_run(run)))
