"""`wfm executions timeline` and `wfm report`: pages about the runs of a period."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from wfm.calendar.timestamps import parse
from wfm.cli.choosing import explain_nothing
from wfm.cli.naming import OldCustomer, Tenants, read_tenants
from wfm.cli.request_options import parse_labels
from wfm.cli.run_options import OfLabel, Since, Source, Status, Until, Workflow, known_status, period
from wfm.cli.session import client
from wfm.client.runs.search import RunFilter
from wfm.client.wfm import Wfm
from wfm.errors import UsageError
from wfm.report.page import report_page, timeline_page
from wfm.report.spans import Line, line_of

Page = Callable[[Sequence[Line], float, float, float], str]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="The page; an older one is replaced.")]
app = typer.Typer(add_completion=False)


def timeline(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    status: Status = None,
    source: Source = None,
    since: Since = "1d",
    until: Until = None,
    label: OfLabel = None,
    output: Output = "timeline.html",
) -> None:
    """Write the runs of a period as a timeline of each tenant: one HTML file that needs nothing else."""
    wanted = RunFilter(workflow, known_status(status), source, *period(since, until), labels=parse_labels(label))
    wfm = client(context)
    _write(wfm, timeline_page, read_tenants(wfm, old_customer, tenants), wanted, output)


@app.command()
def report(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    source: Source = None,
    since: Since = "7d",
    until: Until = None,
    label: OfLabel = None,
    output: Output = "report.html",
) -> None:
    """Write figures, timelines, durations, failures and busiest hours of a period, as one HTML file."""
    wanted = RunFilter(workflow, None, source, *period(since, until), labels=parse_labels(label))
    wfm = client(context)
    _write(wfm, report_page, read_tenants(wfm, old_customer, tenants), wanted, output)


def _write(wfm: Wfm, page: Page, customers: Sequence[str] | None, wanted: RunFilter, output: str) -> None:
    start, end = str(wanted.since), str(wanted.until)
    made = datetime.now(UTC).timestamp()
    runs = wfm.runs.find(customers, wanted)
    explain_nothing(runs, wfm, customers, workflow=wanted.workflow, source=wanted.source)
    lines = [line for line in (line_of(run, made) for run in runs) if line]
    first = parse(start).timestamp() if start else min((line.start for line in lines), default=made)
    last = min(parse(end).timestamp(), made) if end else made
    try:
        Path(output).write_text(page(lines, first, last, made), encoding="utf-8")
    except OSError as exc:
        raise UsageError(
            f"--output: {output!r} cannot be written ({exc}); allowed: a file in a folder that is there"
        ) from exc
    print(f"{output}: {len(lines)} runs")
