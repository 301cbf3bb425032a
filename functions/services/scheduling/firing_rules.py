"""The rules of a schedule that are looked up as the message of one of its firings arrives."""

from datetime import datetime
from typing import Final

from functions.ports import Ports
from functions.services.execution.completion import complete_request, find_request
from wfm.calendar.local_times import zone
from wfm.calendar.timestamps import iso, parse
from wfm.errors import PermanentError
from wfm.model.events import schedule_of
from wfm.model.outcomes import Outcome
from wfm.model.requests import RULES, ExecutionRequest
from wfm.model.schedule_rules import ScheduleRules, read_rules
from wfm.model.statuses import RequestStatus

FIRING_SKIPPED: Final = "FiringSkipped"


def skip_firing(request: ExecutionRequest, ports: Ports) -> bool:
    """StartExecution: end a request that the rules of its schedule leave out; False if it is to run. Idempotent.

    Its row, which is there already, says why, and it is announced like every end. A schedule that has none of the rules
    that its message names any more lets it run.
    """
    name = schedule_of(request.source)
    if name is None or request.scheduled_time is None or not request.original.get(RULES):
        return False
    found = _rules(request.customer_id, name, ports)
    reason = _reason(found, parse(request.scheduled_time), name) if found else ""
    if not reason:
        return False
    outcome = Outcome(RequestStatus.CANCELLED, reason, FIRING_SKIPPED)
    row = find_request(request.customer_id, request.request_id, ports.requests)
    complete_request(row, request.original, outcome, ports)
    ports.schedules.save_state(request.customer_id, name, lastSkippedAt=iso(parse(request.scheduled_time)))
    return True


def _rules(customer_id: str, name: str, ports: Ports) -> ScheduleRules | None:
    """The rules as they are now; None for a schedule that is gone, or whose change is going to be refused."""
    row = ports.schedules.find(customer_id, name)
    try:
        return read_rules(row, zone(row.get("ScheduleExpressionTimezone") or "UTC", "")) if row else None
    except PermanentError:
        return None


def _reason(rules: ScheduleRules, moment: datetime, name: str) -> str:
    """Why the firing is left out; "" if it is not."""
    if rules.excepts(moment):
        return f"{rules.day(moment)} is one of the exceptions of the schedule {name}"
    return ""
