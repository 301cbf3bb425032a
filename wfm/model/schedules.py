"""A tenant's schedule: its row as users know it, when it fires, and the message that it sends."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from wfm.calendar import firings as firing
from wfm.calendar.due_times import due_at
from wfm.calendar.local_times import zone
from wfm.calendar.spans import REFRESH, shown_age
from wfm.calendar.timestamps import iso, parse
from wfm.calendar.timetables import spread_minute, translate
from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.dynamodb_limits import check_storable
from wfm.model.labels import LABELS, Labels
from wfm.model.priorities import PRIORITIES
from wfm.model.record_fields import slips_in_schedule
from wfm.model.requests import (
    MAX_BODY_BYTES,
    RULES,
    SCHEDULE_SOURCE,
    RequestDocument,
    customer_id_of,
    read_request,
    resolve,
)
from wfm.model.retry_policy import RESUBMIT, RetryPolicy
from wfm.model.rows import Document, plain
from wfm.model.schedule_fields import LONGEST_DESCRIPTION, SPREADS, Fields
from wfm.model.schedule_rules import OVERLAPS, ScheduleRules

EVENTBRIDGE_TIME: Final = "<aws.scheduler.scheduled-time>"
STATES: Final = ("ENABLED", "DISABLED")
CATCH_UPS: Final = ("skip", "last", "all")
DESIRED_FIELDS: Final = (
    "customerId", "Name", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "paused", "Description", "Input",
    "StartDate", "EndDate", "catchUp", "priority", "resubmit", "runBy", "except", "spread", "overlap",
    "pauseAfter", "dueBy", "labels", "refresh",
)  # fmt: skip
# Where these have problems of their own, it is not asked when it fires, or what it sends.
_TIMES: Final = ("ScheduleExpressionTimezone", "StartDate", "EndDate")
_MESSAGE: Final = ("customerId", "Name", "Input")
_TIMES_COMPARED: Final = 10  # of a calendar at least, to find its shortest interval
_ROUND: Final = timedelta(days=1)  # a day on which it fires shows all its times of day


@dataclass(frozen=True)
class Schedule:
    """One schedule. `expression` is as given, `event_expression` as EventBridge takes it: cron(), rate() or at().

    It fires from `start` on and before `end`, both aware UTC. `enabled` is False for a paused one too. A firing
    is sent within `spread` after its time, and is to be done by the next `due_by`, by its own clock.
    """

    customer_id: str
    name: str
    expression: str
    event_expression: str
    payload: Document
    time_zone: str = "UTC"
    start: datetime | None = None
    end: datetime | None = None
    enabled: bool = True
    catch_up: str = "skip"
    priority: str = "scheduled"
    description: str = ""
    resubmit: RetryPolicy | None = None
    rules: ScheduleRules = field(default_factory=ScheduleRules)
    spread: timedelta = timedelta(0)
    due_by: time | None = None
    labels: Labels = field(default_factory=dict)
    refresh: tuple[timedelta, ...] = ()

    def due(self, firing: datetime) -> datetime | None:
        """When a firing is due; None where nobody says."""
        return due_at(firing, self.due_by, self.rules.where) if self.due_by else None


def read_schedule(row: Document, now: datetime) -> Schedule:
    """The schedule in a row of Schedules, which fires after `now` at least once; InvalidRecord names all problems."""
    fields = Fields(row)
    customer_id, name = fields.attempt(lambda: customer_id_of(row)) or "", fields.name()
    time_zone, where = fields.zone("ScheduleExpressionTimezone")
    expression = fields.expression("ScheduleExpression")
    is_paused = fields.flag("paused")
    fields.problems += slips_in_schedule(row)
    schedule = Schedule(
        customer_id=customer_id,
        name=name,
        expression=expression,
        event_expression=_event_expression(expression, fields, spread_minute(customer_id, name)),
        payload=fields.payload(),
        time_zone=time_zone,
        start=fields.moment("StartDate", where),
        end=fields.moment("EndDate", where),
        enabled=fields.choice("State", STATES, "ENABLED") == "ENABLED" and not is_paused,
        catch_up=fields.choice("catchUp", CATCH_UPS, "skip"),
        priority=fields.choice("priority", PRIORITIES, "scheduled"),
        description=fields.text("Description", LONGEST_DESCRIPTION),
        resubmit=fields.resubmit(),
        rules=fields.rules(where),
        spread=fields.minutes("spread", SPREADS),
        due_by=fields.due_by(),
        labels=fields.labels(),
        refresh=fields.refresh(),
    )
    _check(schedule, fields, now)
    if fields.problems:
        raise InvalidRecord(fields.problems)
    return schedule


def _event_expression(expression: str, fields: Fields, minute: int) -> str:
    return (expression and fields.attempt(lambda: translate(expression, minute, "ScheduleExpression"))) or ""


def _check(schedule: Schedule, fields: Fields, now: datetime) -> None:
    """Problems of several fields together."""
    run_by = fields.row.get("runBy")
    if run_by:
        fields.problem("runBy", f"{run_by!r:.60}: runs for each campaign are not offered", "nothing")
    if schedule.catch_up != "skip" and schedule.event_expression.startswith("rate("):
        problem = f"{schedule.catch_up!r} beside rate(), which has no calendar that says what was missed"
        fields.problem("catchUp", problem, "skip, or an expression such as 'every 6 hours' or 'daily 08:00'")
    if schedule.catch_up == "all" and schedule.rules.overlap != OVERLAPS[0]:
        problem = f"{schedule.rules.overlap!r} beside catchUp all, whose requests come at once: one of them would run"
        fields.problem("overlap", problem, "queue, or catchUp last or skip")
    first = None
    if schedule.start and schedule.end and schedule.end <= schedule.start:
        fields.problem("EndDate", f"{iso(schedule.end)} is not after StartDate {iso(schedule.start)}", "a later one")
    elif schedule.event_expression and not any(problem.field in _TIMES for problem in fields.problems):
        first = fields.attempt(lambda: _first(schedule, now))
        _check_spread(schedule, fields, now)
        _check_due_by(schedule, fields, now)
    if not any(problem.field.partition(".")[0] in _MESSAGE for problem in fields.problems):
        fields.attempt(lambda: _check_message(schedule, first or now))


def _first(schedule: Schedule, now: datetime) -> datetime:
    """The first time it fires; InvalidRequest names what keeps it from ever doing so.

    For one that is switched off that does not matter: `now`, then.
    """
    field = "ScheduleExpression"
    first = next(fire_times(schedule, now), None)
    if first:
        return first
    if not schedule.enabled:
        return now
    planned = next(planned_times(schedule, now), None)
    if schedule.rules.exceptions and planned:
        raise InvalidRequest("except", "leaves no time at which it fires", "days of which some remain")
    too_late = next(fire_times(replace(schedule, end=None), now), None)
    if too_late:
        problem = f"{iso(schedule.end or now)} is not after {iso(too_late)}, the next time to fire"
        raise InvalidRequest("EndDate", problem, "a later one, or none")
    given = f"{schedule.expression!r:.80}"
    if schedule.event_expression.startswith("at("):
        raise InvalidRequest(field, f"{given} is over at {iso(now)}, or before StartDate", "a time to come")
    raise InvalidRequest(field, f"{given} never fires in {schedule.time_zone}", "days and times that are to come")


def _compared_times(schedule: Schedule, now: datetime) -> list[datetime]:
    """The next times at which it fires, enough to know its times of day and intervals whenever it is asked."""
    found: list[datetime] = []
    for moment in fire_times(schedule, now):
        if len(found) >= _TIMES_COMPARED and moment > found[0] + _ROUND:
            break
        found.append(moment)
    return found


def _check_spread(schedule: Schedule, fields: Fields, now: datetime) -> None:
    """A firing that came after the next one would be out of order."""
    if not schedule.spread:
        return
    times = _compared_times(schedule, now)
    nearest = min((later - earlier for earlier, later in pairwise(times)), default=timedelta.max)
    if schedule.spread >= nearest:
        asked, between = schedule.spread // timedelta(minutes=1), nearest // timedelta(minutes=1)
        problem = f"{asked}m is not shorter than the {between} minutes between two firings"
        fields.problem("spread", problem, f"at most {between - 1}m" if between > 1 else "no such field")


def _check_due_by(schedule: Schedule, fields: Fields, now: datetime) -> None:
    """A deadline that comes with a firing, or before it is sent, is none; rate() has no times to compare."""
    if schedule.due_by is None:
        return
    shown, rule = f"{schedule.due_by:%H:%M}", "a time of day after the firing"
    if schedule.event_expression.startswith("rate("):
        allowed = "an expression such as 'every 6 hours' or 'daily 08:00'"
        fields.problem("dueBy", f"{shown} stands beside rate(), which has no calendar that says when it fires", allowed)
        return
    for moment in _compared_times(schedule, now):
        local, due = moment.astimezone(schedule.rules.where), schedule.due(moment)
        if f"{local:%H:%M}" == shown:
            fields.problem("dueBy", f"{shown} is when it fires", rule)
            return
        if due and due <= moment + schedule.spread:
            minutes = schedule.spread // timedelta(minutes=1)
            fields.problem("dueBy", f"{shown} may come before it is sent, {minutes}m after {local:%H:%M}", rule)
            return


def watched_firing(schedule: Schedule, after: datetime) -> datetime | None:
    """The firing whose deadline comes next: of several that are due at the same time the last one; None for none.

    A deadline that the clocks moved forward may come after another firing, which is due a day later.
    """
    first = next(fire_times(schedule, after), None)
    due = schedule.due(first) if first else None
    if first is None or due is None:
        return None
    others = fire_times(schedule, first, due - timedelta(seconds=1))
    return max((one for one in others if schedule.due(one) == due), default=first)


def _check_message(schedule: Schedule, at: datetime) -> None:
    """InvalidRequest names what WFM could not store or run of the message that is sent at that time."""
    document = message(schedule, iso(at))
    check_storable(document)
    try:
        size = len(json.dumps(document))
    except TypeError as exc:  # DynamoDB has bytes too
        raise InvalidRequest("Input.payload", str(exc), "what JSON has") from exc
    if size > MAX_BODY_BYTES:
        raise InvalidRequest("Input.payload", f"{size:,} bytes are too many", f"at most {MAX_BODY_BYTES:,} in all")
    resolve(read_request(document, "schedule"), at)


def fire_times(schedule: Schedule, after: datetime, until: datetime | None = None) -> Iterator[datetime]:
    """Aware UTC, later than `after` and not later than `until`, in order, whether it is enabled or not."""
    return (moment for moment in planned_times(schedule, after, until) if not schedule.rules.excepts(moment))


def planned_times(schedule: Schedule, after: datetime, until: datetime | None = None) -> Iterator[datetime]:
    """Like `fire_times`, with those on excepted days."""
    where = zone(schedule.time_zone, "ScheduleExpressionTimezone")
    for moment in firing.times(schedule.event_expression, where, after.astimezone(UTC), schedule.start):
        if (until is not None and moment > until) or (schedule.end is not None and moment >= schedule.end):
            return
        yield moment


def asks_the_same(one: Schedule | None, other: Schedule) -> bool:
    """Whether two schedules that are on send equal requests at the same times."""
    if one is None or not (one.enabled and other.enabled):
        return False
    return (one.expression, one.time_zone, one.payload) == (other.expression, other.time_zone, other.payload)


def desired_hash(row: Document) -> str:
    """A hash of what the row asks for, without WFM's own fields."""
    wanted = {name: plain(row[name]) for name in DESIRED_FIELDS if row.get(name) is not None}
    return hashlib.sha256(json.dumps(wanted, sort_keys=True, default=str).encode()).hexdigest()


def schedule_name(customer_id: str, name: str) -> str:
    """EventBridge's name of it, never that of another one: at most 64 characters (its API reference, CreateSchedule).

    Where the name itself does not fit, its hash stands behind two dots, which no fitting name begins with.
    """
    whole = f"{customer_id}.{name}"
    if len(whole) <= 64 and re.fullmatch(r"[0-9A-Za-z_-][0-9A-Za-z_.-]*", name):
        return whole
    return f"{customer_id}..{hashlib.sha256(name.encode()).hexdigest()[:22]}"


def message(schedule: Schedule, scheduled_time: str) -> RequestDocument:
    """The message to the tenant's queue. EventBridge puts the time in place of EVENTBRIDGE_TIME."""
    document: RequestDocument = {
        "customerId": schedule.customer_id,
        "source": f"{SCHEDULE_SOURCE}{schedule.name}",
        "priority": schedule.priority,
        "scheduledTime": scheduled_time,
        "payload": dict(schedule.payload),
    }
    if schedule.rules.names:
        document[RULES] = schedule.rules.names
    if schedule.labels:
        document[LABELS] = dict(schedule.labels)
    if schedule.refresh:
        document[REFRESH] = [shown_age(age) for age in schedule.refresh]
    if schedule.resubmit:
        document[RESUBMIT] = schedule.resubmit.to_field()
    return document


# What WFM notes on a row. `paused` is no part of what the library wants either: people set it.
WFM_FIELDS: Final = frozenset(
    {
        "scheduleStatus", "scheduleReason", "scheduleHash", "appliedAt", "nextRunAt", "lastRunAt", "lastRequestId",
        "coveredUntil", "coveredCalendar", "paused", "pauseSetBy", "scheduleWarnings", "lastSkippedAt",
        "goingOn", "failedFirings", "failuresSince", "pauseUntold", "watched", "watchedFiring", "checkAt",
        "riskTold",
    }
)  # fmt: skip


def read_applied(row: Document, now: datetime) -> Schedule:
    """The schedule in the row. One that was applied as it is stays right when its last fire time has passed."""
    is_applied = row.get("scheduleHash") == desired_hash(row) and "appliedAt" in row
    return read_schedule(row, parse(str(row["appliedAt"])) if is_applied else now)
