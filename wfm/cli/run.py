"""`wfm run`."""

import uuid
from collections.abc import Sequence
from typing import Annotated

import typer

from wfm.cli.ad_hoc import ad_hoc_workflow
from wfm.cli.exits import print_tally
from wfm.cli.given_files import read_sql
from wfm.cli.naming import Tenants
from wfm.cli.notes import print_note
from wfm.cli.one_request import send_one
from wfm.cli.options import OnlyJson, Timeout, Wait, Yes
from wfm.cli.request_options import (
    Alone,
    FunctionsTimeZone,
    Label,
    Parameter,
    Priority,
    Refresh,
    SettlementLag,
    Unlisted,
    WindowName,
    WindowType,
    parse_ages,
    parse_labels,
    parse_parameters,
)  # fmt: skip
from wfm.cli.run_many import check, plan, read_runs, run_many, show, wait_for_all
from wfm.cli.session import client
from wfm.client.requests.following import RUN_TIMEOUT
from wfm.client.requests.sender import RunOptions, WantedRun
from wfm.client.wfm import Wfm
from wfm.client.windows import end_hint

app = typer.Typer(add_completion=False)
Workflows = Annotated[
    list[str] | None,
    typer.Argument(metavar="[[CUSTOMER/]WORKFLOW]...", help="Workflows of the customers, or --sql instead."),
]
Start = Annotated[str | None, typer.Option(help="Window start: yyyy-MM-ddTHH:mm:ss, or such as TODAY(-7).")]
End = Annotated[str | None, typer.Option(help="Window end, exclusive; the same forms.")]
TimeZone = Annotated[str | None, typer.Option(help="The window's zone, such as America/New_York; UTC if not given.")]
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
    workflows: Workflows = None,
    tenants: Tenants = None,
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
    alone: Alone = False,
    label: Label = None,
    refresh: Refresh = None,
    dry_run: DryRun = False,
    amc_dry_run: AmcDryRun = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = RUN_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Request a run of each WORKFLOW, or of a query in a file, in the AMC instance of one, many or all customers.

    Of several, what can be run is shown first. A made-up id is shown: with it, the same command sends what is left.

    For example: `wfm run alder-audio/reach_and_frequency --window 'last 7 days' --wait`
    """
    wfm = client(context)
    parameters, labels = parse_parameters(parameter or []), parse_labels(label)
    key = str(uuid.uuid4()) if request_id is None else request_id
    wanted = read_runs(wfm, workflows, tenants, key)
    options: RunOptions = {
        "window_type": window_type,
        "start": start,
        "end": end,
        "window": window,
        "time_zone": time_zone,
        "functions_time_zone": functions_time_zone,
        "settlement_lag": settlement_lag,
        "parameters": parameters,
        "priority": priority or "interactive",
        "run_timeout": run_timeout,
        "unlisted": unlisted,
        "definition": ad_hoc_workflow(read_sql(sql), parameters) if sql is not None else None,
        "amc_dry_run": amc_dry_run,
        "ignore_data_gaps": ignore_data_gaps,
        "alone": alone,
        "labels": labels,
        "refresh": parse_ages(refresh),
    }
    if end and end_hint(end):
        print_note(f"--end {end}: {end_hint(end)}")
    if len(wanted) > 1:
        _run_many(
            wfm, wanted, options, key, yes=yes, dry_run=dry_run, timeout=timeout if wait else None, as_json=as_json
        )
        return
    customer, workflow, key = wanted[0]
    one: RunOptions = {**options, "request_id": key}
    prepared = wfm.requests.prepare(workflow, customer, **one)
    send_one(wfm, prepared, dry_run=dry_run, timeout=timeout if wait else None, as_json=as_json)


def _run_many(
    wfm: Wfm,
    wanted: Sequence[WantedRun],
    options: RunOptions,
    key: str,
    *,
    yes: bool,
    dry_run: bool,
    timeout: float | None,
    as_json: bool,
) -> None:
    if dry_run:
        checked = check(wfm, wanted, options)
        print("\n".join(["nothing is sent", *plan(*checked)]))
        print_tally(checked[1], "sent before")
        return
    done = run_many(wfm, wanted, options, key, yes=yes)
    if timeout is not None:
        done = wait_for_all(wfm, done, timeout)
    show(done, key, as_json=as_json)
