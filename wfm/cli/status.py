"""`wfm status`."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from wfm.calendar.timestamps import parse
from wfm.cli.clocks import by_its_clock
from wfm.cli.options import AsJson
from wfm.cli.output import live_table, print_all, short
from wfm.cli.session import client
from wfm.client.poll_schedule import CLOCK
from wfm.client.runs.watch import INTERVAL
from wfm.client.tenants.status import TenantStatus
from wfm.client.times import duration
from wfm.client.wfm import Wfm

HEADINGS = [
    "CUSTOMER", "STATUS", "QUEUED", "WAITING", "RUNNING", "FAILED TODAY", "OLDEST WAIT", "LAST POLL", "NEXT SCHEDULE",
    "REASON",
]  # fmt: skip
STATUS = 1  # its column
app = typer.Typer(add_completion=False)


@app.command()
def status(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Poll until Ctrl-C.")] = False,
    interval: Annotated[float, typer.Option(min=0.2, max=3600, help="Seconds between polls.")] = INTERVAL,
    as_json: AsJson = False,
) -> None:
    """Show all tenants: what is queued, waits, runs and failed today (UTC), and what comes next."""
    wfm = client(context, name_target=True)
    if watch:
        _watch(wfm, interval, as_json=as_json)
    else:
        print_all(wfm.tenants.status(), HEADINGS, partial(row, now=datetime.now(UTC)), STATUS, as_json=as_json)


def _watch(wfm: Wfm, interval: float, *, as_json: bool) -> None:
    console = Console(highlight=False)
    try:
        if as_json or not console.is_terminal:
            before = ""
            for statuses in _polls(wfm, interval):
                line = json.dumps([one.as_json() for one in statuses])
                if line != before:
                    print(line, flush=True)
                before = line
            return
        with Live(console=console, auto_refresh=False) as live:
            for statuses in _polls(wfm, interval):
                live.update(picture(statuses, datetime.now(UTC), console.width), refresh=True)
    except KeyboardInterrupt:
        return


def _polls(wfm: Wfm, interval: float) -> Iterator[Sequence[TenantStatus]]:
    while True:
        yield wfm.tenants.status()
        CLOCK.sleep(interval)


def row(one: TenantStatus, now: datetime) -> list[str]:
    """The cells of a tenant."""
    tenant, queued = one.tenant, one.queued
    waited = duration((now - parse(one.oldest_wait)).total_seconds()) if one.oldest_wait else ""
    return [
        tenant.customer_id,
        tenant.status,
        str(queued.waiting + queued.in_flight) if queued else "",
        str(one.waiting),
        f"{one.running} of {tenant.limit}",
        str(one.failed_today),
        waited,
        short(tenant.last_polled_at),
        _next_schedule(one),
        one.why,
    ]


def _next_schedule(one: TenantStatus) -> str:
    """When the next schedule fires, by its own clock, which is named: tenants' schedules go by several."""
    if one.next_schedule is None or one.next_schedule_zone is None:
        return ""
    local = by_its_clock(one.next_schedule, one.next_schedule_zone)
    return f"{local:%Y-%m-%d %H:%M} {one.next_schedule_zone}" if local else f"{short(one.next_schedule)} UTC"


def picture(statuses: Sequence[TenantStatus], now: datetime, width: int) -> Table:
    """The table of all tenants, with the time of the poll."""
    return live_table(HEADINGS, [row(one, now) for one in statuses], STATUS, width, f"{now:%H:%M:%S} UTC")
