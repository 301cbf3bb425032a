"""What a change of a row of Executions sets off."""

from dataclasses import asdict

from functions.domain.outcomes import of_run
from functions.domain.ports import Announcer, Requests, Row, Tasks
from functions.domain.statuses import has_ended


def announce(old: Row | None, new: Row | None, requests: Requests, tasks: Tasks, announcer: Announcer) -> None:
    """Wake the lifecycle whose run has ended, then tell of the new status. A change of anything else is no news."""
    previous = old.get("executionStatus") if old else None
    if new is None or new.get("executionStatus") == previous:
        return
    if has_ended(new["executionStatus"]) and new.get("requestId"):
        request = requests.find(new["customerId"], new["requestId"]) or {}
        if request.get("outcomeToken"):
            tasks.succeed(request["outcomeToken"], asdict(of_run(new)))
    announcer.execution(new, previous)
