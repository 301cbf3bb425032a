"""What a change of a row of Executions sets off."""

from dataclasses import asdict
from typing import Final

from functions.ports import Ports
from wfm.model.outcomes import of_run
from wfm.model.rows import Row
from wfm.model.statuses import RunStatus, has_ended

# A claim may have come between the change and its announcement.
_CLAIM: Final = ("requestId", "source", "requestedBy", "backfillId", "queueWait", "slotWait")
_FAILED: Final = frozenset({RunStatus.FAILED, RunStatus.REJECTED})


def announce(old: Row | None, new: Row | None, ports: Ports) -> None:
    """Wake the lifecycle whose run is over, then tell of the new status. A change of anything else is no news.

    Stream records come again when a later one of their batch failed. The row remembers which statuses were told, and
    none is told twice. It is written afterwards, so that nothing is ever lost: who crashes right before that tells
    once more, with the same `eventId`. Writing it is no news either, as the status stays.
    """
    previous = old.get("executionStatus") if old else None
    if new is None or new.get("executionStatus") is None:
        return
    status, is_overdue = str(new["executionStatus"]), "overdueAt" in new and "overdueAt" not in (old or {})
    if is_overdue or (has_ended(status) and status != previous):
        _complete_task(new, ports)
    if status == previous:
        return
    row = ports.executions.find(new["customerId"], new["workflowExecutionId"]) or {}
    announced = row.get("announced")
    if isinstance(announced, list) and status in announced:
        return
    ports.announcer.execution({**new, **{name: row[name] for name in _CLAIM if name in row}}, previous)
    ports.executions.mark_announced(new["customerId"], new["workflowExecutionId"], status)
    if status in _FAILED:
        ports.metrics.count("RunsFailed")


def _complete_task(run: Row, ports: Ports) -> None:
    request = ports.requests.find(run["customerId"], run["requestId"]) if run.get("requestId") else None
    if request and request.get("outcomeToken"):
        ports.tasks.succeed(request["outcomeToken"], asdict(of_run(run)))
