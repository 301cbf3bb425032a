"""Pauses a schedule whose firings keep failing, as its `pauseAfter` says.

Its row has the times of the firings that failed since the last success, as a set, and the time of that one: each counts
once, however often its end is recorded, and in whatever order they end.
"""

from functions.ports import Ports
from functions.services.execution.auto_resubmit import is_to_be_resubmitted
from wfm.calendar.timestamps import iso, parse
from wfm.model.events import ScheduleNews, ScheduleNewsStatus, schedule_of
from wfm.model.rows import RequestRow
from wfm.model.schedule_rules import PAUSE_AFTER
from wfm.model.statuses import RequestStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.stored_schedule import StoredSchedule

_FAILED = (RequestStatus.FAILED, RequestStatus.REJECTED)


def count_end(row: RequestRow | None, ports: Ports) -> None:
    """ReleaseSlot, CleanUpExecution: count the end of the request of this row, if its message names the rule.

    Idempotent. What its retry policy sends again has not failed yet. What was cancelled, or left out, counts neither
    way. The pause is written before it is announced, so a repetition after a crash announces it.
    """
    if row is None or PAUSE_AFTER not in StoredRequest(row).rules:
        return
    begun = StoredRequest(row)
    request = StoredRequest(ports.requests.find(begun.customer_id, begun.id) or row)
    name = schedule_of(request.source)
    if name is not None and request.status == RequestStatus.SUCCEEDED:
        _forget(request, name, ports)
    elif name is not None and request.status in _FAILED and not _is_sent_again(request, ports):
        _count(request, name, ports)


def _count(request: StoredRequest, name: str, ports: Ports) -> None:
    """Once for each request: a sweep tells an end again, maybe after a success, or after somebody resumed."""
    if request.is_failure_counted:
        return
    found = ports.schedules.add_failure(request.customer_id, name, _firing(request))
    if found is not None:
        _pause_if_due(StoredSchedule(found), request, name, ports)
    ports.requests.save(request.customer_id, request.id, isFailureCounted=True)


def _is_sent_again(request: StoredRequest, ports: Ports) -> bool:
    """Whether its retry policy has sent it again, or will after a pause."""
    row = ports.requests.find(request.customer_id, request.id)
    return bool(request.resubmitted_as) or (row is not None and is_to_be_resubmitted(row))


def _forget(request: StoredRequest, name: str, ports: Ports) -> None:
    """A success takes away the failures of firings up to its own, also of those that end later; not of newer ones."""
    noted = ports.schedules.add_success(request.customer_id, name, _firing(request))
    older = {firing for firing in StoredSchedule(noted).failed_firings if firing <= _firing(request)}
    if older:
        ports.schedules.forget_failures(request.customer_id, name, older)


def _pause_if_due(schedule: StoredSchedule, request: StoredRequest, name: str, ports: Ports) -> None:
    customer_id, failed, allowed = request.customer_id, schedule.failed_firings, schedule.rules.pause_after
    if allowed and len(failed) >= allowed:
        reason = f"WFM, after {len(failed)} failures in a row"
        ports.schedules.pause_failing(customer_id, name, failed, reason, ports.clock())
    since = StoredSchedule(ports.schedules.find(customer_id, name)).pause_untold
    if since:
        reason = f"{len(failed)} firings in a row failed, the last for: {request.reason or request.status}"
        about = {"failures": str(len(failed)), "requestId": request.id}
        news = ScheduleNews(customer_id, name, ScheduleNewsStatus.PAUSED, reason, since, about, request.labels)
        ports.announcer.schedule(news)
        ports.schedules.save_state(customer_id, name, pauseUntold=None)


def _firing(request: StoredRequest) -> str:
    """The time of the firing in one form: EventBridge and catch-up write it differently."""
    return iso(parse(request.scheduled_time))
