"""`wfm deliveries`: results as Parquet files: how each stands, and having them delivered again."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from wfm.cli.choosing import (
    Backfill,
    Choice,
    Ids,
    WindowFrom,
    WindowTo,
    chosen_runs,
    read_choice,
    read_filter,
    required_customers,
)  # fmt: skip
from wfm.cli.confirming import confirm
from wfm.cli.exits import print_tally
from wfm.cli.naming import RUN_ID, Customer, Tenants, full, read_id
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson, Yes
from wfm.cli.output import counted, print_all, print_facts, print_json, print_table, short
from wfm.cli.run_options import OfLabel, Since, Until, Workflow
from wfm.cli.session import client
from wfm.client.deliveries.deliveries import STATES, TURN_ON, RunDelivery, Sent
from wfm.client.wfm import Wfm
from wfm.errors import UsageError

HEADINGS: Final = ["CUSTOMER", "ID", "STATE", "WORKFLOW", "WINDOW", "ENDED", "ROWS", "WHERE"]
States = Annotated[
    list[str] | None,
    typer.Option("--state", help=f"Only those that stand so: {', '.join(STATES)}; repeatable."),
]
app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("list")
def list_deliveries(
    *,
    context: typer.Context,
    tenants: Tenants = None,
    workflow: Workflow = None,
    backfill: Backfill = None,
    state: States = None,
    since: Since = "7d",
    until: Until = None,
    label: OfLabel = None,
    as_json: AsJson = False,
) -> None:
    """List runs that succeeded and whose results are delivered, the newest of each customer first."""
    wfm, wanted = client(context), read_filter(workflow, backfill, (since, until), label=label)
    states = _known(state)
    _note_if_off(wfm)
    choice = Choice(customers=required_customers(wfm, tenants, backfill), wanted=wanted)
    found = [one for one in wfm.deliveries.of(chosen_runs(wfm, choice)) if one.state in (states or STATES)]
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        print_table(HEADINGS, [_row(one) for one in found], status_column=2)


@app.command()
def show(
    context: typer.Context,
    run_id: Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]ID", help=RUN_ID)],
    *,
    customer: Customer = None,
    as_json: AsJson = False,
) -> None:
    """Show how the delivery of one run's result stands, and where its file is."""
    wfm = client(context)
    _note_if_off(wfm)
    found = wfm.deliveries.get(wfm.runs.get(*full(wfm, read_id(run_id, customer, "ID"))))
    if as_json:
        print_json(found.as_json())
    else:
        print_facts(facts(found))


@app.command()
def send(
    *,
    context: typer.Context,
    ids: Ids = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    backfill: Backfill = None,
    state: States = None,
    since: Since = None,
    until: Until = None,
    window_from: WindowFrom = None,
    window_to: WindowTo = None,
    label: OfLabel = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are not delivered.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Have results delivered again, or those of runs from before their workflow had them delivered.

    By ids, or of one, many or all tenants what fits all the options and is not delivered; --state says otherwise.
    """
    wfm, states = client(context), _known(state)
    wanted = read_filter(workflow, backfill, (since, until), (window_from, window_to), label)
    choice = read_choice(wfm, ids, tenants, wanted, everything=everything, own=("--state", state), short=not yes)
    runs = chosen_runs(wfm, choice)
    if not choice.named:
        found = wfm.deliveries.of(runs)
        runs = [one.run for one in found if (one.state in states if states else not one.is_done)]
    if runs:
        lines = [f"{run.either.customer_id}  {run.run_id}  {run.either.workflow_id}" for run in runs]
        confirm([f"{len(runs)} results:", *lines], "Have them delivered?", yes=yes)
    sent = list(counted(wfm.deliveries.send(runs), len(runs), "sending"))
    if as_json:
        print_all(sent, [], _sent, 2, as_json=True)
    elif sent:
        print_table(["CUSTOMER", "ID", "OUTCOME", "DETAIL"], [_sent(one) for one in sent], status_column=2)
    print_tally(sent, "sent")


def facts(one: RunDelivery) -> list[tuple[str, str]]:
    """Names and values of a delivery."""
    run = one.run
    window = run.window.shown() if run.window else ""
    head = [("workflow", run.either.workflow_id), ("window", window)]
    return [*head, *(one.facts or [("delivery", one.state)])]


def _row(one: RunDelivery) -> list[str]:
    run, delivery = one.run, one.delivery
    rows = delivery.get("rows")
    window = run.window.shown() if run.window else ""
    head = [run.either.customer_id, run.run_id, one.state, run.either.workflow_id, window, short(run.ended)]
    return [*head, "" if rows is None else str(rows), str(delivery.get("location") or delivery.get("reason") or "")]


def _sent(one: Sent) -> list[str]:
    return [one.customer_id, one.run_id, one.outcome, one.detail]


def _known(states: Sequence[str] | None) -> list[str]:
    """The states as WFM writes them; UsageError for one that there is not."""
    for state in states or ():
        if state.upper() not in STATES:
            raise UsageError(f"--state: {state!r} is unknown; allowed: {', '.join(STATES)}")
    return [state.upper() for state in states or ()]


def _note_if_off(wfm: Wfm) -> None:
    if not wfm.deliveries.are_on():
        print_note(f"{wfm.stack} delivers no results; {TURN_ON}")
