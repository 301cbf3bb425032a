"""The rules of a schedule that are looked up as the message of one of its firings arrives."""

from collections.abc import Collection
from typing import Final

from functions.ports import Ports
from functions.services.execution.completion import complete_request, find_request
from functions.services.scheduling.overlap import await_turn
from wfm.calendar.timestamps import iso, parse
from wfm.model.events import schedule_of
from wfm.model.outcomes import Outcome
from wfm.model.requests import RULES, ExecutionRequest
from wfm.model.rows import list_in
from wfm.model.schedule_rules import EXCEPT, OVERLAP
from wfm.model.statuses import RequestStatus
from wfm.model.stored_schedule import StoredSchedule

FIRING_SKIPPED: Final = "FiringSkipped"


def skip_firing(request: ExecutionRequest, machine: str, ports: Ports) -> bool:
    """StartExecution: end a request that the rules of its schedule leave out; False if it is to run. Idempotent.

    Its row, which is there already, says why, and it is announced like every end. A schedule that has none of the rules
    that its message names any more lets it run. What it replaces is an execution of `machine` (an ARN).
    """
    name, named = schedule_of(request.source), list_in(request.original.get(RULES))
    if name is None or request.scheduled_time is None or not named:
        return False
    reason = _reason(request, name, named, machine, ports)
    if not reason:
        return False
    outcome = Outcome(RequestStatus.CANCELLED, reason, FIRING_SKIPPED)
    found = find_request(request.customer_id, request.request_id, ports.requests)
    complete_request(found, request.original, outcome, ports)
    ports.schedules.save_state(request.customer_id, name, lastSkippedAt=iso(parse(request.scheduled_time)))
    return True


def _reason(request: ExecutionRequest, name: str, named: Collection[object], machine: str, ports: Ports) -> str:
    """Why the firing is left out by one of the rules that its message names; "" if it is not."""
    rules = StoredSchedule(ports.schedules.find(request.customer_id, name)).rules
    moment = parse(str(request.scheduled_time))
    if EXCEPT in named and rules.excepts(moment):
        return f"{rules.day(moment)} is one of the exceptions of the schedule {name}"
    if OVERLAP in named and OVERLAP in rules.names:
        return await_turn(request, name, rules.overlap, machine, ports)
    return ""
