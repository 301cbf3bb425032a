"""`wfm workflows`: what each tenant has in AMC, its status there, syncing it, and finding drift."""

import sys
from typing import Annotated, Final

import typer

from wfm.cli.adopting import adopt
from wfm.cli.exits import fail_by
from wfm.cli.given_files import read_object
from wfm.cli.naming import (
    Customer,
    Named,
    OldCustomer,
    OneCustomer,
    Tenants,
    read_customer,
    read_id,
    read_ids,
    required_tenants,
)  # fmt: skip
from wfm.cli.notes import print_note
from wfm.cli.old_spellings import note_old
from wfm.cli.options import AsJson, OnlyJson, Timeout, Wait
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.session import client
from wfm.cli.workflow_drift import drift
from wfm.cli.workflow_removal import remove
from wfm.cli.workflow_syncs import follow_all, start_all
from wfm.cli.workflow_views import HEADINGS, print_details, row
from wfm.client.deliveries.deliveries import TURN_ON
from wfm.client.wfm import Wfm
from wfm.client.workflows.syncing import SYNC_TIMEOUT
from wfm.errors import UsageError
from wfm.model.statuses import SyncStatus
from wfm.model.workflows import DELIVERY

_DEFAULTS: Final = "defaultPayload"
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("adopt")(adopt)
app.command("drift")(drift)
app.command("remove")(remove)
WorkflowId = Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]WORKFLOW", help="Workflow id.")]


@app.command("list")
def list_workflows(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    as_json: AsJson = False,
) -> None:
    """List the workflows of a customer, or of many: their status in AMC, and what was changed there by hand."""
    wfm = client(context)
    customers = required_tenants(wfm, old_customer, tenants)
    found = [
        each for customer in counted(customers, len(customers), "reading") for each in wfm.workflows.list(customer)
    ]
    if as_json:
        print_json([each.row for each in found])
    elif len(customers) == 1:
        print_table(HEADINGS, [row(each) for each in found], status_column=1)
    else:
        rows = [[each.customer_id, *row(each)] for each in found]
        print_table(["CUSTOMER", *HEADINGS], rows, status_column=2)


@app.command()
def show(context: typer.Context, workflow: WorkflowId, customer: Customer = None, as_json: AsJson = False) -> None:
    """Show one workflow: its definition, its status in AMC, drift, and the schedules that run it."""
    details = client(context).workflows.details(*read_id(workflow, customer, "WORKFLOW"))
    if as_json:
        print_json(details.as_json())
    else:
        print_details(details)


@app.command()
def put(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="FILE.json", help="A workflow by AMC's fields (workflowId, sqlQuery); - is stdin."),
    ],
    customer: OneCustomer = None,
    as_json: AsJson = False,
) -> None:
    """Add a workflow of the customer's own, or change it; WFM then brings it to AMC."""
    customer, file = _customer_and_file(words, customer)
    definition = read_object(file, "FILE", "a", "workflow")
    workflows = client(context).workflows
    for warning in workflows.check(customer, definition):
        print(f"warning: {warning}", file=sys.stderr)
    if definition.get(DELIVERY) and not client(context).deliveries.are_on():
        print_note(f"{DELIVERY}: {client(context).stack} delivers no results; {TURN_ON}")
    changed = workflows.put(customer, definition)
    row = workflows.get(customer, str(definition["workflowId"])).row
    if row.get(_DEFAULTS) and _DEFAULTS not in definition:
        print_note(f'{_DEFAULTS} stays as it was; "{_DEFAULTS}": null takes it out')
    done = (
        "unchanged"
        if not changed
        else "on its way to AMC"
        if row.get("syncStatus") == SyncStatus.PENDING
        else "changed"
    )
    if as_json:
        print_json({"customerId": customer, "workflowId": definition["workflowId"], "change": done})
    else:
        print(f"{customer} {definition['workflowId']}: {done}")


def _customer_and_file(words: list[str], customer: str | None) -> tuple[str, str]:
    if customer is None and len(words) == 2:
        note_old(" ".join(words), f"{words[1]} --customer {words[0]}")
        customer, words = words[0], words[1:]
    if len(words) != 1:
        raise UsageError(f"FILE: {len(words)} are given; allowed: one, beside --customer")
    return read_customer(None, customer), words[0]


@app.command()
def sync(
    *,
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[[CUSTOMER/]WORKFLOW]...", help="All of --customer if not given.")
    ] = None,
    tenants: Tenants = None,
    wait: Wait = False,
    timeout: Timeout = SYNC_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Bring workflows in AMC to what WFM has of them, now: also what was changed there by hand.

    With several tenants all of theirs. One that cannot be started does not keep the rest.
    """
    wfm = client(context)
    started, problems = start_all(wfm.workflows, _workflows(wfm, words, tenants))
    if wait:
        follow_all(wfm.workflows, started, problems, timeout, as_json=as_json)
        return
    if as_json:
        print_json(
            [{"customerId": one.customer_id, "workflowId": one.workflow_id, "sync": one.execution} for one in started]
        )
    else:
        for one in started:
            status = f"wfm workflows list --customer {one.customer_id}"
            print(f"{one.customer_id} {one.workflow_id}: to be synced; see its status with: {status}")
    fail_by(problems, of_all=not started)


def _workflows(wfm: Wfm, words: list[str] | None, tenants: list[str] | None) -> list[Named]:
    if words and (tenants or len(words) > 1 or "/" in words[0]):
        if len(tenants or []) > 1:
            raise UsageError("--customer: is there twice beside workflows; allowed: one, or CUSTOMER/WORKFLOW")
        return read_ids(words, tenants[0] if tenants else None, "WORKFLOW")
    customers = required_tenants(wfm, words, tenants)
    reading = counted(customers, len(customers), "reading")
    return [Named(customer, each.workflow_id) for customer in reading for each in wfm.workflows.list(customer)]
