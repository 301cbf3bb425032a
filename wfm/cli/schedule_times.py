"""`wfm schedules next`."""

import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Final

import typer

from wfm.calendar import firings as firing
from wfm.calendar.local_times import zone
from wfm.calendar.timetables import translate
from wfm.calendar.windows import resolve_window
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
from wfm.cli.schedule_views import WINDOWS_SHOWN, note_gaps, print_times, times_as_json, window_of
from wfm.client.schedules.rows import in_own_zone
from wfm.client.times import read_moment
from wfm.errors import InvalidRequest
from wfm.model.rows import object_in

SHOWN: Final = 5
TimeZone = Annotated[str | None, typer.Option(help="tz database name whose clock it goes by; UTC if not given.")]


def next_times(
    *,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The same as for --every.")],
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
    """Print when an expression fires, and with a window what it would read. Nothing has to be deployed."""
    minute = 0
    event_expression = translate(expression, minute, "EXPR")
    if event_expression != translate(expression, minute + 1, "EXPR"):
        print("note: WFM spreads it over the hour; which minute is only known with customer and name", file=sys.stderr)
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
    windows = _windows(payload, time_zone, moments[:WINDOWS_SHOWN]) if payload else []
    note_gaps(event_expression, time_zone or "UTC", moments[0])
    if as_json:
        times = times_as_json(moments, time_zone or "UTC", windows)
        print_json({"expression": expression, "eventBridge": event_expression, "times": times})
        return
    print(event_expression)
    print_times(moments, time_zone or "UTC", windows)


def _windows(payload: dict[str, str], time_zone: str | None, moments: Sequence[datetime]) -> list[str]:
    """What runs at these times would read."""
    row = in_own_zone({}, {"ScheduleExpressionTimezone": time_zone, "Input": {"payload": payload}})
    complete = object_in(object_in(row["Input"]).get("payload"))
    zones = {"timeWindowTimeZone": complete.get("timeWindowTimeZone")}
    return [window_of({**zones, **resolve_window(complete, moment)}) for moment in moments]
