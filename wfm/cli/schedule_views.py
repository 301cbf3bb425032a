"""Views of schedules and their fire times."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from wfm.calendar import firings as firing
from wfm.calendar.local_times import zone
from wfm.cli.clocks import by_its_clock
from wfm.cli.notes import print_note
from wfm.cli.output import print_facts, print_table, short
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.wfm import Wfm
from wfm.errors import InvalidRequest
from wfm.model.rows import Document, text_or_none

HEADINGS: Final = ["CUSTOMER", "NAME", "STATE", "EXPRESSION", "ZONE", "NEXT RUN", "LAST RUN", "REASON"]
SHOWN: Final = 5  # of the next firings
A_YEAR: Final = timedelta(days=366)
SHOWN_ABOVE: Final = {
    "customerId", "Name", "ScheduleExpression", "ScheduleExpressionTimezone", "scheduleReason", "resubmit",
}  # fmt: skip


def print_times(
    moments: Sequence[datetime], time_zone: str, windows: Sequence[str] = (), due: Sequence[datetime] = ()
) -> None:
    """A line each: by the clock of the zone, in UTC where that is another one, when they are `due` by that clock.

    And what they will read.
    """
    where = zone(time_zone, "--time-zone")
    clocks = [where, *([] if where is UTC else [UTC])]
    headings = [time_zone, *(["UTC"] if len(clocks) > 1 else []), *(["DUE"] if due else [])]
    headings += ["WINDOW"] if windows else []
    rows = [[_shown(moment, clock) for clock in clocks] for moment in moments]
    for line, until in zip(rows, due, strict=False):
        line.append(_shown(until, where))
    for index, line in enumerate(rows if windows else []):
        line.append(windows[index] if index < len(windows) else "")
    _note_repetition(windows)
    print_table(headings, rows, status_column=0)


def _note_repetition(windows: Sequence[str]) -> None:
    """Warn of firings that read the same again: of a fixed window, or of one that moves more seldom than they come."""
    if len(windows) > 1 and windows[0] == windows[1] and " to " in windows[0]:
        print_note(f"the next firings read the same: {windows[0]}")


def window_of(body: Document) -> str:
    """The window that a run will read, with the zone that AMC reads it in."""
    ends = [body.get(name) for name in ("timeWindowStart", "timeWindowEnd")]
    if all(ends):
        return f"{ends[0]} to {ends[1]} {body.get('timeWindowTimeZone') or 'UTC'}"
    return str(body.get("timeWindowType") or "AMC's default, the most recent day")


def windows_at(wfm: Wfm, found: TenantSchedule, moments: Sequence[datetime] | None = None) -> list[str]:
    """The windows of these firings, or else of the next, or why they have none."""
    firings = found.upcoming(SHOWN) if moments is None else moments
    try:
        return [window_of(body) for body in wfm.schedules.requests_at(found, firings)]
    except InvalidRequest as exc:
        return [str(exc)]


def note_gaps(expression: str, time_zone: str, after: datetime) -> None:
    """Warn of the next day in a year on which a schedule does not fire since the clocks skip its time."""
    where = zone(time_zone, "--time-zone")
    gap = next(firing.skipped_days(expression, where, after, after + A_YEAR), None)
    if gap is not None:
        shown = f"{gap:%a %Y-%m-%d %H:%M}"
        print_note(f"{shown} does not exist in {time_zone}: it does not fire on that day")


def due_times(found: TenantSchedule, moments: Sequence[datetime]) -> list[datetime]:
    """When each of these firings is due; none of a schedule that does not say."""
    due = [found.schedule.due(moment) for moment in moments] if found.schedule else []
    return [until for until in due if until]


def note_left_out(found: TenantSchedule, upcoming: Sequence[datetime]) -> None:
    """Name the times among these at which a schedule does not fire, and within what time it is sent."""
    if found.schedule is None:
        return
    where = zone(found.schedule.time_zone, "--time-zone")
    for moment in found.left_out(upcoming):
        print_note(f"{_shown(moment, where)} is left out: {moment.astimezone(where):%Y-%m-%d} is an exception")
    if found.schedule.spread:
        print_note(f"each is sent within {found.schedule.spread // timedelta(minutes=1)} minutes after its time")


def _shown(moment: datetime, where: tzinfo) -> str:
    return f"{moment.astimezone(where):%a %Y-%m-%d %H:%M}"


def times_as_json(
    moments: Sequence[datetime], time_zone: str, windows: Sequence[str] = (), due: Sequence[datetime] = ()
) -> list[dict[str, str]]:
    """The times in UTC and, with an offset, in the zone; when they are `due`; the first ones with their windows."""
    where = zone(time_zone, "--time-zone")
    times = [
        {"utc": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "local": moment.astimezone(where).isoformat()}
        for moment in moments
    ]
    for time, window in zip(times, windows, strict=False):
        time["window"] = window
    for time, until in zip(times, due, strict=False):
        time["due"] = until.astimezone(where).isoformat()
    return times


def row(found: TenantSchedule) -> list[str]:
    """A line of `wfm schedules list`."""
    given = found.row
    head = [found.customer_id, found.name, found.state, str(given.get("ScheduleExpression", ""))]
    zone_name = str(given.get("ScheduleExpressionTimezone") or "UTC")
    times = [_by_its_clock(at, zone_name) for at in (found.next_run_at, text_or_none(given.get("lastRunAt")))]
    return [*head, zone_name, *times, found.reason or ""]


def _by_its_clock(at: str | None, zone_name: str) -> str:
    """A time of WFM by the schedule's own clock; as it is, for a zone that there is not."""
    local = by_its_clock(at, zone_name) if at else None
    return short(local.isoformat() if local else at)


def _resubmit(found: TenantSchedule) -> str:
    rule = found.schedule.resubmit if found.schedule else None
    if rule is None:
        return str(found.row.get("resubmit") or "")
    pause = f", {rule.pause // timedelta(minutes=1)} minutes after" if rule.pause else ""
    return f"up to {rule.attempts} times for {', '.join(rule.kinds)}{pause}"


def next_body(wfm: Wfm, found: TenantSchedule) -> dict[str, object]:
    """What AMC will be asked the next time, or why it will not."""
    try:
        return wfm.schedules.next_request(found)
    except InvalidRequest as exc:
        return {"problem": str(exc)}


def print_details(found: TenantSchedule, body: dict[str, object]) -> None:
    """Everything of one schedule, line by line."""
    facts: list[tuple[str, str]] = [
        ("schedule", f"{found.customer_id} {found.name}"),
        ("state", found.state),
        ("reason", found.reason or ""),
        ("expression", str(found.row.get("ScheduleExpression", ""))),
        ("for EventBridge", found.schedule.event_expression if found.schedule else ""),
        ("time zone", str(found.row.get("ScheduleExpressionTimezone") or "UTC")),
        ("resubmit", _resubmit(found)),
        *((name, str(value)) for name, value in sorted(found.row.items()) if name not in SHOWN_ABOVE),
        *((f"next: {name}", str(value)) for name, value in body.items()),
    ]
    print_facts(facts)
