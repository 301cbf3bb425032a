"""Views of schedules and their fire times."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from wfm.calendar.local_times import zone
from wfm.cli.output import print_facts, print_table, short
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.wfm import Wfm
from wfm.errors import InvalidRequest
from wfm.model.rows import text_or_none

HEADINGS: Final = ["CUSTOMER", "NAME", "STATE", "EXPRESSION", "ZONE", "NEXT RUN", "LAST RUN", "REASON"]
SHOWN_ABOVE: Final = {
    "customerId", "Name", "ScheduleExpression", "ScheduleExpressionTimezone", "scheduleReason", "resubmit",
}  # fmt: skip


def print_times(moments: Sequence[datetime], time_zone: str) -> None:
    """A line each: by the clock of the zone, and in UTC where that is another one."""
    where = zone(time_zone, "--time-zone")
    headings = [time_zone, *([] if where is UTC else ["UTC"])]
    rows = [[_shown(moment, where), *([] if where is UTC else [_shown(moment, UTC)])] for moment in moments]
    print_table(headings, rows, status_column=0)


def _shown(moment: datetime, where: tzinfo) -> str:
    return f"{moment.astimezone(where):%a %Y-%m-%d %H:%M}"


def times_as_json(moments: Sequence[datetime], time_zone: str) -> list[dict[str, str]]:
    """Each in UTC and, with its offset, by the clock of the zone."""
    where = zone(time_zone, "--time-zone")
    return [
        {"utc": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "local": moment.astimezone(where).isoformat()}
        for moment in moments
    ]


def row(found: TenantSchedule) -> list[str]:
    """A line of the overview."""
    given = found.row
    head = [found.customer_id, found.name, found.state, str(given.get("ScheduleExpression", ""))]
    times = [short(found.next_run_at), short(text_or_none(given.get("lastRunAt")))]
    return [*head, str(given.get("ScheduleExpressionTimezone") or "UTC"), *times, found.reason or ""]


def _resubmit(found: TenantSchedule) -> str:
    rule = found.schedule.resubmit if found.schedule else None
    if rule is None:
        return str(found.row.get("resubmit") or "")
    return f"up to {rule.attempts} times for {', '.join(rule.kinds)}"


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
