"""`wfm executions list` and `wfm executions show`."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from functions.domain.statuses import REQUEST_ENDED
from wfm.cli.output import coloured, print_json, print_table
from wfm.cli.session import client
from wfm.errors import UsageError
from wfm.records import IN_ORDER
from wfm.runs import Run

app = typer.Typer(help="Look at runs: those that WFM was asked for, and those started elsewhere.", no_args_is_help=True)

STATUSES = sorted({*IN_ORDER, *REQUEST_ENDED, "PENDING", "PUBLISHING"})
Customer = Annotated[str, typer.Option(help="Customer id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_runs(
    context: typer.Context,
    customer: Customer,
    status: Annotated[str | None, typer.Option(help="Only those at this status.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List a customer's runs, newest first."""
    if status and status.upper() not in STATUSES:
        raise UsageError(f"--status: {status!r} is unknown; allowed: {', '.join(STATUSES)}")
    runs = client(context).executions(customer, status.upper() if status else None, limit)
    if as_json:
        print_json([run.as_json() for run in runs])
        return
    rows = [
        [
            run.run_id,
            run.status,
            run.either.workflow_id,
            run.source,
            short(run.started),
            short(run.ended),
            run.reason or "",
        ]
        for run in runs
    ]
    print_table(["ID", "STATUS", "WORKFLOW", "SOURCE", "STARTED", "ENDED", "REASON"], rows, status_column=1)


@app.command("show")
def show(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(metavar="ID", help="A request id, or AMC's workflowExecutionId.")],
    customer: Customer,
    as_json: AsJson = False,
) -> None:
    """Show one run: what was asked, how it went, and what AMC says of it."""
    run = client(context).execution(customer, run_id)
    if as_json:
        print_json(run.as_json())
        return
    console = Console(soft_wrap=True, highlight=False)
    for name, value in details(run):
        shown = coloured(value) if name == "status" else escape(value)
        console.print(f"{name:<20}{shown}")


def short(time: str | None) -> str:
    """An ISO time without its milliseconds and its `T`."""
    return time[:19].replace("T", " ") if time else ""


def details(run: Run) -> list[tuple[str, str]]:
    """Names and values of what a person wants to know first, without what is not known."""
    request, execution = run.request, run.execution
    lines: list[tuple[str, str | None]] = [("status", run.status), ("reason", run.reason)]
    lines.append(("workflow", run.either.workflow_id))
    lines.append(("source", run.source))
    if request:
        lines += [("request", request.request_id), ("priority", request.priority)]
        lines += [(status.lower(), at) for status, at in request.reached()]
        lines += [("error", request.row.get("errorName")), ("attempts", str(request.row.get("attempts", "")))]
        lines.append(("state machine run", request.row.get("executionArn")))
    if execution:
        window = execution.row
        lines += [("AMC run", execution.workflow_execution_id), ("AMC status", execution.status)]
        lines += [
            ("window start", window.get("timeWindowStart")),
            ("window end", window.get("timeWindowEnd")),
        ]
        lines += [("result", window.get("outputS3URI"))]
        lines += [("created in AMC", window.get("createTime")), ("recorded", window.get("recordedAt"))]
    return [(name, value) for name, value in lines if value]
