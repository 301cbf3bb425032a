"""`wfm run`."""

import json
import sys
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from wfm.cli.ad_hoc import ad_hoc_workflow
from wfm.cli.exits import fail_unless, interruptible
from wfm.cli.given_files import read_sql
from wfm.cli.options import OnlyJson, Timeout, Wait
from wfm.cli.output import print_json
from wfm.cli.progress import Progress
from wfm.cli.request_options import (
    FunctionsTimeZone,
    Parameter,
    Priority,
    SettlementLag,
    Unlisted,
    WindowName,
    WindowType,
    parse_parameters,
)  # fmt: skip
from wfm.cli.run_options import Customer
from wfm.cli.session import client
from wfm.cli.window_notes import note_age, note_zones
from wfm.client.requests.following import RUN_TIMEOUT
from wfm.client.requests.sender import PreparedRequest
from wfm.client.wfm import Wfm
from wfm.client.windows import end_hint
from wfm.model.requests import ExecutionRequest

app = typer.Typer(add_completion=False)
Workflow = Annotated[
    str | None, typer.Argument(metavar="[WORKFLOW]", help="Id of a workflow of the customer, or --sql instead.")
]
Start = Annotated[str | None, typer.Option(help="Window start: yyyy-MM-ddTHH:mm:ss, or such as TODAY(-7).")]
End = Annotated[str | None, typer.Option(help="Window end, exclusive; the same forms.")]
TimeZone = Annotated[str | None, typer.Option(help="tz database name that the window is in; UTC if not given.")]
DataGaps = Annotated[
    bool, typer.Option("--ignore-data-gaps", help="Allow a window that ends in the future, without data.")
]
Sql = Annotated[str | None, typer.Option(metavar="FILE", help="Run this query, without a workflow; - is stdin.")]
RequestId = Annotated[
    str | None, typer.Option("--id", help="The idempotency key of the request; made up if not given.")
]
RunTimeout = Annotated[
    int | None, typer.Option(metavar="SECONDS", help="AMC ends the run after them: 900 to 86400; 6 hours if not given.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check it, show what AMC would be asked, and send nothing.")]
AmcDryRun = Annotated[bool, typer.Option("--amc-dry-run", help="AMC checks the query and does not run it.")]


@app.command()
def run(
    *,
    context: typer.Context,
    workflow: Workflow = None,
    customer: Customer,
    start: Start = None,
    end: End = None,
    window: WindowName = None,
    window_type: WindowType = None,
    time_zone: TimeZone = None,
    functions_time_zone: FunctionsTimeZone = None,
    settlement_lag: SettlementLag = None,
    ignore_data_gaps: DataGaps = False,
    parameter: Parameter = None,
    sql: Sql = None,
    priority: Priority = "interactive",
    request_id: RequestId = None,
    run_timeout: RunTimeout = None,
    unlisted: Unlisted = False,
    dry_run: DryRun = False,
    amc_dry_run: AmcDryRun = False,
    wait: Wait = False,
    timeout: Timeout = RUN_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Request one run of WORKFLOW, or of a query in a file, in the customer's AMC instance."""
    wfm = client(context)
    parameters = parse_parameters(parameter or [])
    prepared = wfm.requests.prepare(
        workflow,
        customer,
        window_type=window_type,
        start=start,
        end=end,
        window=window,
        time_zone=time_zone,
        functions_time_zone=functions_time_zone,
        settlement_lag=settlement_lag,
        parameters=parameters,
        priority=priority or "interactive",
        request_id=request_id,
        run_timeout=run_timeout,
        unlisted=unlisted,
        definition=ad_hoc_workflow(read_sql(sql), parameters) if sql is not None else None,
        amc_dry_run=amc_dry_run,
        ignore_data_gaps=ignore_data_gaps,
    )
    if end and end_hint(end):
        print(f"note: --end {end}: {end_hint(end)}", file=sys.stderr)
    note_age(prepared.body.get("timeWindowStart"))
    note_zones(prepared.body.get("timeWindowTimeZone"))
    if dry_run:
        _show(prepared, as_json=as_json)
        return
    request_id = wfm.requests.submit(prepared)
    if delay := wfm.tenants.explain_wait(customer):
        print(f"note: it waits for {delay}", file=sys.stderr)
    if wait:
        _follow(wfm, prepared.request, timeout, as_json)
    elif as_json:
        print_json({"customerId": customer, "requestId": request_id})
    else:
        print(f"{request_id}  follow it with: wfm executions show {request_id} --customer {customer}")


def _show(prepared: PreparedRequest, *, as_json: bool) -> None:
    """What AMC would be asked; nothing was sent."""
    if as_json:
        print_json({"customerId": prepared.request.customer_id, "dryRun": True, "body": prepared.body})
        return
    print(f"nothing is sent; AMC of {prepared.request.customer_id} would be asked for:")
    for name, value in sorted(prepared.body.items()):
        print(f"  {name:<24}{json.dumps(value) if isinstance(value, dict | list) else value}")


def _follow(wfm: Wfm, sent: ExecutionRequest, timeout: float, as_json: bool) -> None:
    customer, request_id = sent.customer_id, sent.request_id
    console = Console(quiet=as_json, highlight=False, soft_wrap=True)
    console.print(f"request {request_id}")
    progress = Progress()
    with interruptible(console, f"wfm executions show {request_id} --customer {customer}"):
        if console.is_terminal:
            with Live(progress, console=console, refresh_per_second=4):
                for change in wfm.requests.wait(customer, request_id, timeout, sent=sent):
                    progress.add(change, time.monotonic())
        else:
            for change in wfm.requests.wait(customer, request_id, timeout, sent=sent):
                if progress.add(change, time.monotonic()):
                    console.print(progress.latest())
            console.print(progress.summary(time.monotonic()))
    if as_json:
        print_json(wfm.runs.get(customer, request_id).as_json())
    fail_unless(succeeded=progress.steps[-1].state == "SUCCEEDED")
