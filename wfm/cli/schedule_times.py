"""`wfm schedules next`."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Final

import typer

from wfm.calendar import firings as firing
from wfm.calendar.local_times import zone
from wfm.calendar.timetables import translate
from wfm.calendar.windows import resolve_window
from wfm.cli.naming import Customer, Named, read_id
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import print_json
from wfm.cli.request_options import (
    FunctionsTimeZone,
    SettlementLag,
    WindowEnd,
    WindowName,
    WindowStart,
    WindowTimeZone,
)  # fmt: skip
from wfm.cli.schedule_views import (
    SHOWN,
    due_times,
    note_gaps,
    note_left_out,
    print_times,
    times_as_json,
    window_of,
    windows_at,
)
from wfm.cli.session import client
from wfm.client.schedules.rows import in_own_zone
from wfm.client.times import read_moment
from wfm.client.wfm import Wfm
from wfm.errors import InvalidRequest, UsageError
from wfm.model.rows import object_in

_SCHEDULE: Final = re.compile(r"(?=[^/]*[A-Za-z])[A-Za-z0-9_-]{1,40}/[^*?]+")  # no cron such as 0/15 * * * *
TimeZone = Annotated[
    str | None, typer.Option(help="The zone whose clock it goes by, such as America/New_York; UTC if not given.")
]


def next_times(
    *,
    context: typer.Context,
    expression: Annotated[
        str,
        typer.Argument(metavar="EXPR|[CUSTOMER/]NAME", help="The same as for --every, or a schedule that there is."),
    ],
    customer: Customer = None,
    time_zone: TimeZone = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = SHOWN,
    after: Annotated[str | None, typer.Option(help="Later than: ISO 8601, UTC unless it has an offset.")] = None,
    window: WindowName = None,
    from_: WindowStart = None,
    to: WindowEnd = None,
    window_time_zone: WindowTimeZone = None,
    functions_time_zone: FunctionsTimeZone = None,
    settlement_lag: SettlementLag = None,
    as_json: AsJson = False,
) -> None:
    """Print when an expression fires, and with a window what it would read; of a schedule what each firing will read.

    For an expression nothing has to be deployed.
    """
    if customer or _SCHEDULE.fullmatch(expression):
        given = (time_zone, after, window, from_, to, window_time_zone, functions_time_zone, settlement_lag)
        if any(each is not None for each in given):
            raise UsageError("EXPR: a schedule has its own zone and window; allowed: --count and --json beside it")
        _print_next(client(context), read_id([expression], customer, "NAME"), count, as_json=as_json)
        return
    minute = 0
    event_expression = translate(expression, minute, "EXPR")
    if event_expression != translate(expression, minute + 1, "EXPR"):
        print_note("WFM spreads it over the hour; which minute is only known with customer and name")
    where = zone(time_zone or "UTC", "--time-zone")
    moments = list(islice(firing.times(event_expression, where, read_moment(after, "--after"), None), count))
    if not moments:
        raise InvalidRequest("EXPR", f"{expression!r:.80} does not fire any more", "days and times that are to come")
    asked = {
        "timeWindowName": window,
        "timeWindowStart": from_,
        "timeWindowEnd": to,
        "timeWindowTimeZone": window_time_zone,
        "dateFunctionsTimeZone": functions_time_zone,
        "settlementLag": settlement_lag,
    }
    payload = {name: value for name, value in asked.items() if value is not None}
    windows = _windows(payload, time_zone, moments) if payload else []
    note_gaps(event_expression, time_zone or "UTC", moments[0])
    if as_json:
        times = times_as_json(moments, time_zone or "UTC", windows)
        print_json({"expression": expression, "eventBridge": event_expression, "times": times})
        return
    print(event_expression)
    print_times(moments, time_zone or "UTC", windows)


def _print_next(wfm: Wfm, named: Named, count: int, *, as_json: bool) -> None:
    """The next firings of a schedule that there is, by its clock, and what each will read."""
    found = wfm.schedules.get(*named)
    moments = found.upcoming(count)
    zone_name = found.schedule.time_zone if found.schedule else "UTC"
    windows, due = windows_at(wfm, found, moments), due_times(found, moments)
    if as_json:
        ids = {"customerId": found.customer_id, "Name": found.name, "state": found.state}
        left_out = times_as_json(found.left_out(moments), zone_name)
        print_json({**ids, "times": times_as_json(moments, zone_name, windows, due), "leftOut": left_out})
        return
    if found.state not in ("ENABLED", "PENDING"):
        print_note(f"it is {found.state}, and does not fire")
    note_left_out(found, moments)
    print_times(moments, zone_name, windows, due)


def _windows(payload: dict[str, str], time_zone: str | None, moments: Sequence[datetime]) -> list[str]:
    """What runs at these times would read."""
    row = in_own_zone({}, {"ScheduleExpressionTimezone": time_zone, "Input": {"payload": payload}})
    complete = object_in(object_in(row["Input"]).get("payload"))
    zones = {"timeWindowTimeZone": complete.get("timeWindowTimeZone")}
    return [window_of({**zones, **resolve_window(complete, moment)}) for moment in moments]
