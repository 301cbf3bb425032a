"""`wfm executions`: list, show and cancel runs, and resubmit what failed."""

from functools import partial
from typing import Annotated

import typer

from wfm.cli.cancelling import cancel
from wfm.cli.choosing import Backfill, WindowFrom, WindowTo, explain_nothing, read_customers, windows
from wfm.cli.naming import RUN_ID, Customer, Tenants, full, read_id
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import first_of, print_all, print_facts, print_json
from wfm.cli.report import timeline
from wfm.cli.request_options import parse_labels
from wfm.cli.resubmitting import failed, resubmit
from wfm.cli.run_logs import logs
from wfm.cli.run_options import OfLabel, Since, Source, Status, Until, Workflow, known_status, period
from wfm.cli.run_views import details, headings, page_of, row
from wfm.cli.session import client
from wfm.cli.watching import watch
from wfm.client.loopback import is_on_this_machine
from wfm.client.runs.definition import RunDefinition
from wfm.client.runs.search import RunFilter
from wfm.errors import UsageError

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("cancel")(cancel)
app.command("failed")(failed)
app.command("logs")(logs)
app.command("resubmit")(resubmit)
app.command("timeline")(timeline)
app.command("watch")(watch)


@app.command("list")
def list_runs(
    *,
    context: typer.Context,
    tenants: Tenants = None,
    workflow: Workflow = None,
    status: Status = None,
    source: Source = None,
    backfill: Backfill = None,
    since: Since = None,
    until: Until = None,
    window_from: WindowFrom = None,
    window_to: WindowTo = None,
    label: OfLabel = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List runs, newest first. With filters it reads back until it has found as many, or to --since."""
    start, end = period(since, until)
    at, (first, last) = known_status(status), windows(window_from, window_to)
    wfm = client(context)
    if backfill and source:
        raise UsageError("--backfill: stands beside --source; allowed: one of the two")
    customers, source = read_customers(wfm, tenants, backfill), f"backfill:{backfill}" if backfill else source
    wanted = RunFilter(workflow, at, source, start, end, first, last, parse_labels(label))
    runs = first_of(wfm.runs.find(customers, wanted, limit + 1), limit)
    explain_nothing(runs, wfm, customers, workflow=workflow, source=source)
    alone = customers is not None and len(customers) == 1
    print_all(runs, headings(alone=alone), partial(row, alone=alone), 1 if alone else 2, as_json=as_json)


@app.command("show")
def show(
    context: typer.Context,
    run_id: Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]ID", help=RUN_ID)],
    *,
    customer: Customer = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL that made it, and nothing else.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one run: what was asked, how it went, what it waits for, and what AMC says of it."""
    wfm = client(context)
    run = wfm.runs.get(*full(wfm, read_id(run_id, customer, "ID")))
    if sql:
        _print_sql(wfm.runs.definition(run), as_json=as_json)
        return
    reason, successor = wfm.runs.wait_reason(run), wfm.runs.successor(run)
    if as_json:
        after = {"waitsFor": reason or None, "successor": successor and successor.request_id}
        print_json(run.as_json() | after)
        return
    page = page_of(run, is_local=is_on_this_machine(wfm.connection.endpoint_url or ""))
    print_facts(details(run, reason, successor, page), width=20)


def _print_sql(found: RunDefinition, *, as_json: bool) -> None:
    if as_json:
        raise UsageError("--sql: stands beside --json; allowed: one of the two")
    print_note(f"from {found.kept_in}")
    if found.note:
        print_note(found.note)
    print(found.sql)
