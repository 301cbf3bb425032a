"""`wfm schedules next`."""

import sys
from itertools import islice
from typing import Annotated, Final

import typer

from wfm.calendar import firings as firing
from wfm.calendar.local_times import zone
from wfm.calendar.timetables import translate
from wfm.cli.options import AsJson
from wfm.cli.output import print_json
from wfm.cli.schedule_views import print_times, times_as_json
from wfm.client.times import read_moment
from wfm.errors import InvalidRequest

SHOWN: Final = 5
TimeZone = Annotated[str | None, typer.Option(help="tz database name whose clock it goes by; UTC if not given.")]


def next_times(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="As for --every.")],
    time_zone: TimeZone = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = SHOWN,
    after: Annotated[str | None, typer.Option(help="Later than: ISO 8601, UTC unless it has an offset.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print when an expression fires. Nothing has to be deployed."""
    minute = 0
    event_expression = translate(expression, minute, "EXPR")
    if event_expression != translate(expression, minute + 1, "EXPR"):
        print("note: WFM spreads it over the hour; which minute is only known with customer and name", file=sys.stderr)
    where = zone(time_zone or "UTC", "--time-zone")
    moments = list(islice(firing.times(event_expression, where, read_moment(after, "--after"), None), count))
    if not moments:
        raise InvalidRequest("EXPR", f"{expression!r:.80} does not fire any more", "days and times that are to come")
    if as_json:
        times = times_as_json(moments, time_zone or "UTC")
        print_json({"expression": expression, "eventBridge": event_expression, "times": times})
        return
    print(event_expression)
    print_times(moments, time_zone or "UTC")
