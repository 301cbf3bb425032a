"""`wfm run`."""

import json
import sys
import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from wfm.cli.exits import fail_unless, interruptible
from wfm.cli.given_files import read_sql
from wfm.cli.options import OnlyJson, Timeout
from wfm.cli.output import print_json
from wfm.cli.progress import Progress
from wfm.cli.session import client
from wfm.client.requests.following import RUN_TIMEOUT
from wfm.client.requests.sender import PreparedRequest
from wfm.client.wfm import Wfm
from wfm.client.windows import end_hint
from wfm.errors import UsageError
from wfm.model.requests import ExecutionRequest

app = typer.Typer(add_completion=False)


def parse_parameters(given: Sequence[str]) -> dict[str, object]:
    """`name=value` pairs; a value in brackets is a JSON list, every other one a text, as AMC wants them.

    `name:=value` is JSON of any kind, as in `wfm tenants set`.
    """
    values: dict[str, object] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        is_json = name.endswith(":")
        name = name.removesuffix(":")
        if not equals or not name:
            raise UsageError(
                f"--parameter: {pair!r} cannot be read; allowed: NAME=VALUE, NAME=[JSON list], or NAME:=JSON"
            )
        if name in values:
            raise UsageError(f"--parameter: {name} is given twice; allowed: once, a list as {name}=[...]")
        values[name] = _json(pair, value) if is_json else _value(pair, value)
    return values


def _value(pair: str, value: str) -> object:
    if not value.startswith("["):
        return value
    try:
        return json.loads(value)
    except ValueError as exc:
        raise UsageError(f'--parameter: {pair!r} is no JSON list ({exc}); allowed: NAME=["A","B"]') from exc


def _json(pair: str, value: str) -> object:
    try:
        return json.loads(value)
    except ValueError as exc:
        raise UsageError(f'--parameter: {pair!r} is no JSON ({exc}); allowed: NAME:=3 or NAME:=["A","B"]') from exc


@app.command()
def run(
    *,
    context: typer.Context,
    workflow: Annotated[
        str | None, typer.Argument(metavar="[WORKFLOW]", help="Id of a workflow of the customer, or --sql instead.")
    ] = None,
    customer: Annotated[str, typer.Option(help="Customer id.")],
    start: Annotated[
        str | None,
        typer.Option(help="Window start: yyyy-MM-ddTHH:mm:ss, or a date expression such as TODAY(-7)."),
    ] = None,
    end: Annotated[str | None, typer.Option(help="Window end, exclusive; the same forms.")] = None,
    window: Annotated[
        str | None, typer.Option(help="A window by name instead of start and end, such as 'last 7 days'.")
    ] = None,
    window_type: Annotated[
        str | None,
        typer.Option(help="EXPLICIT, MOST_RECENT_DAY, MOST_RECENT_WEEK, CURRENT_MONTH, PREVIOUS_MONTH."),
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="tz database name that the window is in; UTC if not given.")
    ] = None,
    functions_time_zone: Annotated[
        str | None,
        typer.Option(help="Whose calendar date expressions go by: window, which is --time-zone's (default), or UTC."),
    ] = None,
    settlement_lag: Annotated[
        str | None, typer.Option(help="End the window so long before now, such as 48h or 14d.")
    ] = None,
    ignore_data_gaps: Annotated[
        bool, typer.Option("--ignore-data-gaps", help="The window may end in the future, where there is no data yet.")
    ] = False,
    parameter: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE or NAME:=JSON for the workflow's SQL; repeatable.")
    ] = None,
    sql: Annotated[
        str | None, typer.Option(metavar="FILE", help="Run this query, without a workflow; - is the standard input.")
    ] = None,
    priority: Annotated[str, typer.Option(help="interactive, scheduled or backfill.")] = "interactive",
    request_id: Annotated[
        str | None, typer.Option("--id", help="The request's id; asked for twice, it runs once. Made up if not given.")
    ] = None,
    run_timeout: Annotated[
        int | None,
        typer.Option(metavar="SECONDS", help="AMC ends a run that takes longer: 900 to 86400; 6 hours if not given."),
    ] = None,
    unlisted: Annotated[
        bool, typer.Option("--unlisted", help="WORKFLOW was made in AMC by hand, so WFM does not list it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check it, show what AMC would be asked, and send nothing.")
    ] = False,
    amc_dry_run: Annotated[
        bool, typer.Option("--amc-dry-run", help="AMC checks the query and does not run it: a run without a result.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Follow the run to its end; its outcome is the exit code.")
    ] = False,
    timeout: Timeout = RUN_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Request one run of WORKFLOW, or of a query in a file, in the customer's AMC instance."""
    wfm = client(context)
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
        parameters=parse_parameters(parameter or []),
        priority=priority,
        request_id=request_id,
        run_timeout=run_timeout,
        unlisted=unlisted,
        sql=read_sql(sql) if sql is not None else None,
        amc_dry_run=amc_dry_run,
        ignore_data_gaps=ignore_data_gaps,
    )
    if end and end_hint(end):
        print(f"note: --end {end}: {end_hint(end)}", file=sys.stderr)
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
