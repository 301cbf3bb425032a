"""Deadlines: whether the firing of a schedule with `dueBy` is done in time, or will be.

The schedule's row says which firing is watched, and when to look next; an index finds the rows whose look is due. What
is found is announced first, then the row moves on, if nobody else moved it: after a crash in between it is announced
again with the same `eventId`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.execution.auto_resubmit import is_to_be_resubmitted
from functions.services.scheduling.overlap import is_going_on, last_try
from functions.services.scheduling.watch import CLEARED, watch_next
from wfm.calendar.timestamps import iso, parse
from wfm.errors import InvalidRecord
from wfm.model.amc_run import AmcRun
from wfm.model.deadlines import AT_RISK, LATE_TOLERANCE, chance_late, next_look, time_in_line
from wfm.model.durations import AMC_DURATIONS, Durations, read_durations
from wfm.model.events import ScheduleNews, ScheduleNewsStatus
from wfm.model.outcomes import of_run
from wfm.model.requests import scheduled_request_id
from wfm.model.rows import Document, RequestRow, ScheduleRow, text_or_none
from wfm.model.schedules import Schedule, read_applied
from wfm.model.semaphore import waiting_key
from wfm.model.statuses import has_ended
from wfm.model.stored_request import StoredRequest
from wfm.model.stored_schedule import StoredSchedule
from wfm.model.timeouts import TICK_TOLERANCE

LONGEST_BEHIND: Final = timedelta(days=1)  # of looks: deadlines that passed before that are not made up for
MAX_WAITERS: Final = 200  # of the waiting queue that are counted; more make it later still


@dataclass(frozen=True)
class _Firing:
    """A firing that is watched, and the row of its last try; None as long as it has not arrived."""

    schedule: Schedule
    moment: datetime
    due: datetime
    row: RequestRow | None
    is_open: bool

    @property
    def request(self) -> StoredRequest | None:
        """Its last try."""
        return StoredRequest(self.row) if self.row else None

    @property
    def request_id(self) -> str:
        """That of its last try, or the one that it will have."""
        return self.request.id if self.request else scheduled_request_id(self.schedule.name, iso(self.moment))

    @property
    def workflow_id(self) -> str:
        """ "" for ad hoc SQL."""
        return text_or_none(self.schedule.payload.get("workflowId")) or ""


def look(customer_id: str, name: str, poll: Callable[[str], object], ports: Ports) -> str | None:
    """TrackTenant: look at a schedule's watched firing, if that is due; what was announced of it. Idempotent.

    `poll` polls a tenant: before a run counts as late, AMC is asked whether it has ended.
    """
    row, now = ports.schedules.find(customer_id, name), ports.clock()
    stored = StoredSchedule(row)
    if row is None or stored.watched_firing is None or stored.check_at is None:
        return None
    if parse(stored.check_at) > now + TICK_TOLERANCE:
        return None
    schedule = _readable(row, now)
    due = schedule.due(stored.watched_firing) if schedule else None
    if schedule is None or due is None:
        ports.schedules.move_watch(customer_id, name, stored.check_at, CLEARED)
        return None
    found = _find(schedule, stored.watched_firing, due, ports)
    if now >= found.due and found.is_open and found.request and found.request.run_id:
        poll(customer_id)
    status, reason = _judge(found, now, ports, is_risk_told=stored.is_risk_told)
    if status is not None:
        ports.announcer.schedule(_news(found, status, reason))
    ports.schedules.move_watch(customer_id, name, stored.check_at, _onwards(found, status, now, stored))
    return status


def _readable(row: ScheduleRow, now: datetime) -> Schedule | None:
    try:
        return read_applied(row, now)
    except InvalidRecord:  # its change is refused, and reports this; the next one is watched again
        return None


def _find(schedule: Schedule, moment: datetime, due: datetime, ports: Ports) -> _Firing:
    row = last_try(schedule.customer_id, scheduled_request_id(schedule.name, iso(moment)), ports)
    return _Firing(schedule, moment, due, row, row is None or is_going_on(row, ports))


def _judge(found: _Firing, now: datetime, ports: Ports, *, is_risk_told: bool) -> tuple[ScheduleNewsStatus | None, str]:
    """What is to be announced of it now, and why; None for nothing."""
    if now >= found.due:
        reason = _why_late(found, ports)
        return (ScheduleNewsStatus.LATE, reason) if reason else (None, "")
    if is_risk_told or not found.is_open:
        return None, ""
    reason = _why_at_risk(found, now, ports)
    return (ScheduleNewsStatus.AT_RISK, reason) if reason else (None, "")


def _why_late(found: _Firing, ports: Ports) -> str:
    """Why the firing is late; "" if it was done in time. WFM may record an end long after AMC had it."""
    if found.row is None:
        return "its firing has not arrived"
    request = StoredRequest(found.row)
    if request.ended_at and found.is_open:
        return f"it is {request.status}, and its next try is to come"
    run = _ended_run(request, ports)
    if not request.ended_at and (run is None or _is_sent_again(found.row, run)):
        return f"it is {request.status}"
    ends = [parse(request.ended_at)] if request.ended_at else []
    ends += [run.updated] if run and run.updated else []
    ended = min(ends, default=None)
    return f"it ended at {iso(ended)}" if ended and ended > found.due + LATE_TOLERANCE else ""


def _ended_run(request: StoredRequest, ports: Ports) -> AmcRun | None:
    """The run of a request, once it has ended in AMC; WFM may be about to complete the request."""
    rows = ports.executions.find_many(request.customer_id, [request.run_id] if request.run_id else [])
    return next((run for run in map(AmcRun, rows.values()) if has_ended(run.recorded_status)), None)


def _is_sent_again(row: RequestRow, run: AmcRun) -> bool:
    """Whether the retry policy of a request sends it again, as its run has ended."""
    outcome = of_run(run.fields)
    ended: RequestRow = {**row, "status": outcome.status, "errorName": outcome.error}
    return is_to_be_resubmitted(ended)


def _why_at_risk(found: _Firing, now: datetime, ports: Ports) -> str:
    """Why it will more likely be late than not, by what is learnt of its workflow; "" if it will not, or nothing is."""
    durations = _learnt(found.schedule.customer_id, found.workflow_id, ports)
    begun = _begun(found.request, ports) if found.request and not found.request.ended_at else None
    wait = timedelta(0) if begun else _wait(found, now, ports)
    chance = chance_late(durations, now - (begun or now), found.due - now - wait)
    if chance < AT_RISK:
        return ""
    expected = max(begun + durations.median, now) if begun else now + wait + durations.median
    state = found.request.status if found.request else "not there yet"
    line = f", about {wait // timedelta(minutes=1)} minutes of it in line" if wait else ""
    return f"it is {state}, and expected to end at {expected:%Y-%m-%dT%H:%MZ}{line}"


def _learnt(customer_id: str, workflow_id: str, ports: Ports) -> Durations:
    return read_durations(ports.durations.find(customer_id, workflow_id)) or AMC_DURATIONS


def _begun(request: StoredRequest, ports: Ports) -> datetime | None:
    """When its run began in AMC; None as long as it has none."""
    rows = ports.executions.find_many(request.customer_id, [request.run_id] if request.run_id else [])
    created = [run.created for run in map(AmcRun, rows.values()) if run.created]
    return created[0] if created else None


def _wait(found: _Firing, now: datetime, ports: Ports) -> timedelta:
    """How long it waits for a slot, by those before it in the waiting queue and those that hold a slot."""
    customer_id = found.schedule.customer_id
    slots = ports.tenants.limit(customer_id)
    state = ports.semaphores.state(customer_id, slots)
    if found.request_id in state.semaphore.holders:
        return timedelta(0)
    waiting = ports.semaphores.waiting(customer_id, MAX_WAITERS) if state.waits else []
    places = {each.request_id: each.place for each in waiting}
    place = places.get(found.request_id) or waiting_key(found.request_id, found.schedule.priority, iso(now))
    ahead = [each.workflow_id for each in waiting if each.place < place]
    busy = [each.workflow_id for each in state.holders]
    learnt = {one: _learnt(customer_id, one, ports) for one in {*ahead, *busy}}
    others = [AMC_DURATIONS] * state.semaphore.external
    return time_in_line([learnt[one] for one in ahead], [*(learnt[one] for one in busy), *others], slots)


def _news(found: _Firing, status: ScheduleNewsStatus, reason: str) -> ScheduleNews:
    about = {"scheduledTime": iso(found.moment), "dueAt": iso(found.due)}
    about |= {"workflowId": found.workflow_id} if found.workflow_id else {}
    about |= {"requestId": found.request.id} if found.request else {}
    schedule = found.schedule
    key, labels = iso(found.moment), schedule.labels
    return ScheduleNews(schedule.customer_id, schedule.name, status, reason, key, about, labels)


def _onwards(found: _Firing, status: ScheduleNewsStatus | None, now: datetime, stored: StoredSchedule) -> Document:
    """The fields for the next look: at this firing as long as it is on its way, else at the next one."""
    if now >= found.due or not found.is_open:
        after = max(min(found.due, now), now - LONGEST_BEHIND)  # what fired since the deadline is watched too
        return watch_next(found.schedule, after) if stored.is_enabled else CLEARED
    if status or stored.is_risk_told:
        return {"checkAt": iso(found.due), "riskTold": True}
    return {"checkAt": iso(next_look(now, found.due))}
