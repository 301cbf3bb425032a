"""From a schedule's row to EventBridge. Row and tenant are read anew, never taken from an event."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.scheduling import watch
from wfm.calendar.local_times import zone_hint
from wfm.calendar.timestamps import iso, parse
from wfm.calendar.windows import window_hints
from wfm.errors import InvalidRecord, InvalidRequest, NotReadyYet
from wfm.model.onboarding import SERVICEABLE
from wfm.model.parameters import check_payload_parameters
from wfm.model.record_fields import unread_in_schedule
from wfm.model.requests import read_request, resolve, with_defaults
from wfm.model.rows import Document, ScheduleRow, object_in, text_or_none
from wfm.model.schedules import (
    EVENTBRIDGE_TIME,
    Schedule,
    desired_hash,
    fire_times,
    message,
    read_applied,
    schedule_name,
)
from wfm.model.statuses import ScheduleStatus, TenantStatus

MAX_ATTEMPTS: Final = 5
_CLEARED: Final[Document] = {**dict.fromkeys(("nextRunAt", "coveredUntil", "coveredCalendar")), **watch.CLEARED}


def needs_apply(old: Document | None, new: Document | None) -> bool:
    """Whether a change of a row concerns what is desired, not only WFM's own fields."""
    if old is None or new is None:
        return True
    was_replaced = "scheduleStatus" in old and "scheduleStatus" not in new  # somebody put the whole row anew
    return was_replaced or desired_hash(old) != desired_hash(new)


def is_run_recorded(old: Document | None, new: Document | None) -> bool:
    """Whether a request of the schedule has arrived with this change, to run or to be left out."""
    return any((old or {}).get(name) != (new or {}).get(name) for name in ("lastRunAt", "lastSkippedAt"))


def apply_schedule(customer_id: str, name: str, ports: Ports) -> None:
    """ApplySchedule, ApplySchedules: make EventBridge's schedule what the row asks for; its state goes onto the row.

    If row or tenant change meanwhile, it is done again: the last writer has read the latest state.
    """
    for _ in range(MAX_ATTEMPTS):
        row, status = _read(customer_id, name, ports)
        _apply_once(customer_id, name, row, status, ports)
        if _version(*_read(customer_id, name, ports)) == _version(row, status):
            return
    raise NotReadyYet(f"the schedule {name} of {customer_id} is being changed over and over")


def _read(customer_id: str, name: str, ports: Ports) -> tuple[ScheduleRow | None, str]:
    return ports.schedules.find(customer_id, name), (ports.tenants.find(customer_id) or {}).get("status", "")


def _version(row: ScheduleRow | None, status: str) -> tuple[str | None, str]:
    return None if row is None else desired_hash(row), status


def _apply_once(customer_id: str, name: str, row: ScheduleRow | None, status: str, ports: Ports) -> None:
    if row is None:
        ports.scheduler.delete(schedule_name(customer_id, name))
    elif status not in SERVICEABLE:
        disable_schedule(customer_id, name, f"the tenant is {status}" if status else "there is no such tenant", ports)
    else:
        try:
            ports.schedules.save_state(customer_id, name, **_put(row, disabled_reason(row, status), ports))
        except InvalidRecord as exc:
            _refuse(row, status, exc, ports)


def disable_schedule(customer_id: str, name: str, reason: str, ports: Ports) -> None:
    """StopSchedules: delete the schedule in EventBridge; its row stays, and a later start catches up nothing."""
    ports.scheduler.delete(schedule_name(customer_id, name))
    ports.schedules.save_state(
        customer_id, name, scheduleStatus=ScheduleStatus.DISABLED, scheduleReason=reason, **_CLEARED
    )


def disabled_reason(row: ScheduleRow, status: str) -> str:
    """Why the schedule should not fire; "" if it should."""
    if row.get("State") == "DISABLED":
        return "State is DISABLED"
    if row.get("paused") is True:
        return "it is paused"
    return "" if status == TenantStatus.ACTIVE else f"the tenant is {status}"


def _refuse(row: ScheduleRow, status: str, problem: InvalidRecord, ports: Ports) -> None:
    """Record the problem. EventBridge keeps the schedule that it has, unless the schedule should not fire at all."""
    customer_id, name = row["customerId"], row["Name"]
    if disabled_reason(row, status):
        ports.scheduler.delete(schedule_name(customer_id, name))
    ports.schedules.save_state(customer_id, name, scheduleStatus=ScheduleStatus.FAILED, scheduleReason=str(problem))


def _put(row: ScheduleRow, off: str, ports: Ports) -> Document:
    """Create or replace the schedule in EventBridge, unless its last firing is past; WFM fields for the row."""
    now = ports.clock()
    schedule, name = read_applied(row, now), schedule_name(row["customerId"], row["Name"])
    workflow = _workflow(schedule, ports)
    warnings = [*unread_in_schedule(row), *_check_values(schedule, workflow)]
    rate_since = None if off else _rate_since(schedule, row)
    schedule = replace(schedule, start=rate_since or schedule.start)
    next_run = next(fire_times(schedule, now), None)
    if next_run is None:
        if off or row.get("scheduleStatus") != ScheduleStatus.ENABLED:
            ports.scheduler.delete(name)
        over = {"scheduleStatus": ScheduleStatus.DISABLED, "scheduleReason": "no fire time is left", "nextRunAt": None}
        return {**over, **watch.watch(schedule, row, now, enabled=False)}
    warnings += _hints(schedule, workflow or {}, next_run)
    ports.scheduler.put(name, schedule.customer_id, definition(schedule, not off, now, next_run))
    return {
        "scheduleStatus": ScheduleStatus.DISABLED if off else ScheduleStatus.ENABLED,
        "scheduleReason": off or None,
        "scheduleWarnings": warnings or None,
        "scheduleHash": desired_hash(row),
        "appliedAt": iso(rate_since or now),
        "nextRunAt": None if off else iso(next_run),
        **_watermark(schedule, row, not off, now),
        **watch.watch(schedule, row, now, enabled=not off),
    }


def _workflow(schedule: Schedule, ports: Ports) -> Document | None:
    workflow_id = text_or_none(schedule.payload.get("workflowId"))
    return ports.workflows.find(schedule.customer_id, workflow_id) if workflow_id else None


def _check_values(schedule: Schedule, workflow: Document | None) -> list[str]:
    """InvalidRecord names the parameter values that AMC would reject at each firing.

    A workflow may come after its schedule, or be made in AMC by hand: one that is not listed is only warned of.
    """
    workflow_id = text_or_none(schedule.payload.get("workflowId"))
    try:
        check_payload_parameters(schedule.payload, workflow or {})
    except InvalidRequest as exc:
        raise InvalidRecord([exc.problem]) from exc
    if workflow is not None or not workflow_id:
        return []
    return [f"Input.payload.workflowId: {schedule.customer_id} had no {workflow_id!r:.80} when this was applied"]


def _hints(schedule: Schedule, workflow: Document, at: datetime) -> list[str]:
    """Whether a firing would read before what AMC keeps, and zones that are not what their names read like.

    A window that cannot be read is the request's to refuse.
    """
    request = read_request(message(schedule, iso(at)), "schedule")
    try:
        body = resolve(with_defaults(request, object_in(workflow.get("defaultPayload"))), at)
    except InvalidRequest:
        body = {}
    return [hint for hint in dict.fromkeys([zone_hint(schedule.time_zone), *window_hints(body, at)]) if hint]


def _rate_since(schedule: Schedule, row: ScheduleRow) -> datetime | None:
    """When EventBridge began to count an unchanged rate() without a start; None for all other schedules.

    An update would begin the count anew and fire at once (its user guide, "Rate-based schedules").
    """
    is_there = row.get("scheduleStatus") == ScheduleStatus.ENABLED and row.get("scheduleHash") == desired_hash(row)
    counts = schedule.start is None and schedule.event_expression.startswith("rate(")
    return parse(row["appliedAt"]) if is_there and counts and "appliedAt" in row else None


def definition(schedule: Schedule, enabled: bool, now: datetime, next_run: datetime) -> Document:
    """EventBridge's fields, without those that all schedules share.

    EventBridge refuses a StartDate that is more than five minutes past, so only a future one is given. `rate` counts
    from it, so for a rate it is moved to the next fire time (API reference, CreateSchedule).
    """
    is_rate = schedule.event_expression.startswith("rate(")
    start = next_run if is_rate and schedule.start else schedule.start
    dates = {"StartDate": start if start and start > now else None, "EndDate": schedule.end}
    return {
        "ScheduleExpression": schedule.event_expression,
        "ScheduleExpressionTimezone": schedule.time_zone,
        "State": "ENABLED" if enabled else "DISABLED",
        "Description": schedule.description,
        "FlexibleTimeWindow": _flexible_window(schedule),
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Input": json.dumps(message(schedule, EVENTBRIDGE_TIME)),
            "SqsParameters": {"MessageGroupId": schedule_name(schedule.customer_id, schedule.name)},
        },
        **{name: value for name, value in dates.items() if value},
    }


def _flexible_window(schedule: Schedule) -> Document:
    """When EventBridge may send. What it sends names the planned time all the same (user guide, context attributes)."""
    if not schedule.spread:
        return {"Mode": "OFF"}
    return {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": schedule.spread // timedelta(minutes=1)}


def calendar(schedule: Schedule) -> str:
    """A text that is the same for schedules with the same fire times."""
    return f"{schedule.event_expression} {schedule.time_zone} {schedule.start} {schedule.end}"


def _watermark(schedule: Schedule, row: ScheduleRow, enabled: bool, now: datetime) -> Document:
    """Fields of the catch-up watermark; it is reset when the schedule is first enabled, or its calendar changes."""
    if schedule.catch_up == "skip":
        return {"coveredUntil": None, "coveredCalendar": None}
    known = row.get("coveredCalendar")
    is_new = enabled if known is None else known != calendar(schedule)
    return {"coveredUntil": iso(now), "coveredCalendar": calendar(schedule)} if is_new else {}


def record_next_run(customer_id: str, name: str, ports: Ports) -> None:
    """Write the next fire time of a schedule that has just run."""
    row = ports.schedules.find(customer_id, name) or {}
    if row.get("scheduleStatus") != ScheduleStatus.ENABLED:
        return
    now = ports.clock()
    try:
        next_run = next(fire_times(read_applied(row, now), now), None)
    except InvalidRecord:  # its own change is still to be applied, and reports this
        return
    ports.schedules.save_state(customer_id, name, nextRunAt=iso(next_run) if next_run else None)
