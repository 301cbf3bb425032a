"""`wfm status`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from wfm.calendar.timestamps import parse
from wfm.cli.options import AsJson
from wfm.cli.output import live_table, print_json, print_table, short
from wfm.cli.session import client
from wfm.cli.tenant_views import why
from wfm.client.executions.watching import INTERVAL
from wfm.client.status.standing import TenantStanding
from wfm.client.times import duration
from wfm.client.waiting import CLOCK
from wfm.client.wfm import Wfm

HEADINGS = [
    "CUSTOMER", "STATUS", "QUEUED", "WAITING", "RUNNING", "FAILED TODAY", "OLDEST WAIT", "LAST LOOK", "NEXT SCHEDULE",
    "REASON",
]  # fmt: skip
STATUS = 1  # its column


def status(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Keep looking until Ctrl-C.")] = False,
    interval: Annotated[float, typer.Option(min=0.2, help="Seconds between looks.")] = INTERVAL,
    as_json: AsJson = False,
) -> None:
    """Show all tenants: what is queued, waits and runs, what was asked for today (UTC) and failed, what comes next."""
    wfm = client(context)
    if watch:
        _watch(wfm, interval, as_json=as_json)
    elif as_json:
        print_json([standing.as_json() for standing in wfm.standings()])
    else:
        now = datetime.now(UTC)
        print_table(HEADINGS, [row(standing, now) for standing in wfm.standings()], STATUS)


def _watch(wfm: Wfm, interval: float, *, as_json: bool) -> None:
    console = Console(highlight=False)
    try:
        if as_json or not console.is_terminal:
            before = ""
            for standings in _looks(wfm, interval):
                line = json.dumps([standing.as_json() for standing in standings])
                if line != before:
                    print(line, flush=True)
                before = line
            return
        with Live(console=console, auto_refresh=False) as live:
            for standings in _looks(wfm, interval):
                live.update(picture(standings, datetime.now(UTC)), refresh=True)
    except KeyboardInterrupt:
        return


def _looks(wfm: Wfm, interval: float) -> Iterator[list[TenantStanding]]:
    while True:
        yield wfm.standings()
        CLOCK.sleep(interval)


def row(standing: TenantStanding, now: datetime) -> list[str]:
    """Its cells."""
    found = standing.as_json()
    queued = "" if found["queued"] is None else str(found["queued"])
    waited = duration((now - parse(standing.oldest_wait)).total_seconds()) if standing.oldest_wait else ""
    return [
        found["customerId"],
        found["status"],
        queued,
        str(found["waiting"]),
        f"{found['running']} of {found['limit']}",
        str(standing.failed_today),
        waited,
        short(found["lastLookedAt"]),
        short(found["nextScheduleAt"]),
        why(found["reason"], found["lookFailure"]),
    ]


def picture(standings: list[TenantStanding], now: datetime) -> Table:
    """All of them, with the time of the look."""
    return live_table(HEADINGS, [row(standing, now) for standing in standings], STATUS, f"{now:%H:%M:%S} UTC")
