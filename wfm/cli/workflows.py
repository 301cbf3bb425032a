"""`wfm workflows`: what each tenant has in AMC, its status there, syncing it, and finding drift."""

import sys
from typing import Annotated, Final

import typer

from wfm.cli.adopting import adopt
from wfm.cli.confirming import confirm
from wfm.cli.exits import fail_unless
from wfm.cli.given_files import read_object
from wfm.cli.options import AsJson, Customer, OnlyJson, Timeout, Wait, Yes
from wfm.cli.output import print_json, print_table
from wfm.cli.session import client
from wfm.cli.workflow_syncs import follow_all
from wfm.cli.workflow_views import HEADINGS, print_details, print_drift, row
from wfm.client.workflows.workflows import SYNC_TIMEOUT
from wfm.model.statuses import SyncStatus

_DEFAULTS: Final = "defaultPayload"
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("adopt")(adopt)
WorkflowId = Annotated[str, typer.Argument(metavar="WORKFLOW", help="Workflow id.")]


@app.command("list")
def list_workflows(context: typer.Context, customer: Customer, as_json: AsJson = False) -> None:
    """List a customer's workflows: their status in AMC, and what was changed there by hand."""
    found = client(context).workflows.list(customer)
    if as_json:
        print_json([each.row for each in found])
    else:
        print_table(HEADINGS, [row(each) for each in found], status_column=1)


@app.command()
def show(context: typer.Context, customer: Customer, workflow: WorkflowId, as_json: AsJson = False) -> None:
    """Show one workflow: its definition, its status in AMC, drift, and the schedules that run it."""
    details = client(context).workflows.details(customer, workflow)
    if as_json:
        print_json(details.as_json())
    else:
        print_details(details)


@app.command()
def put(
    context: typer.Context,
    customer: Customer,
    file: Annotated[str, typer.Argument(metavar="FILE.json", help="A workflow in AMC's field names; - is stdin.")],
) -> None:
    """Add a workflow of the customer's own, or change it; WFM then brings it to AMC."""
    definition = read_object(file, "FILE", "a", "workflow")
    workflows = client(context).workflows
    for warning in workflows.check(customer, definition):
        print(f"warning: {warning}", file=sys.stderr)
    changed = workflows.put(customer, definition)
    row = workflows.get(customer, str(definition["workflowId"])).row
    if row.get(_DEFAULTS) and _DEFAULTS not in definition:
        print(f'note: {_DEFAULTS} stays as it was; "{_DEFAULTS}": null takes it out', file=sys.stderr)
    done = (
        "unchanged"
        if not changed
        else "on its way to AMC"
        if row.get("syncStatus") == SyncStatus.PENDING
        else "changed"
    )
    print(f"{customer} {definition['workflowId']}: {done}")


@app.command()
def remove(context: typer.Context, customer: Customer, workflow: WorkflowId, yes: Yes = False) -> None:
    """Remove a workflow, in AMC too, and its schedules with it."""
    workflows = client(context).workflows
    details = workflows.details(customer, workflow)
    schedules = ", ".join(details.schedules) or "none"
    plan = [f"{customer} {workflow} is deleted, in AMC too.", f"Its schedules go with it: {schedules}."]
    if details.workflow.library_version:
        plan.append("It came from the library, whose next rollout brings it back.")
    confirm(plan, "Go on?", yes=yes)
    workflows.remove(customer, workflow)
    print(f"{customer} {workflow}: to be deleted in AMC; its schedules go with it: {schedules}")


@app.command()
def sync(
    *,
    context: typer.Context,
    customer: Customer,
    workflow: Annotated[str | None, typer.Argument(metavar="[WORKFLOW]", help="All of them if not given.")] = None,
    wait: Wait = False,
    timeout: Timeout = SYNC_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Bring workflows in AMC to what WFM has of them, now: also what was changed there by hand."""
    workflows = client(context).workflows
    names = [workflow] if workflow is not None else [each.workflow_id for each in workflows.list(customer)]
    started = [workflows.sync(customer, name) for name in names]
    if wait:
        follow_all(workflows, started, timeout, as_json=as_json)
    elif as_json:
        print_json([{"customerId": customer, "workflowId": one.workflow_id, "sync": one.execution} for one in started])
    else:
        for one in started:
            print(f"{customer} {one.workflow_id}: to be synced; see its status with: wfm workflows list {customer}")


@app.command()
def drift(
    *,
    context: typer.Context,
    customer: Customer,
    wait: Wait = False,
    timeout: Timeout = SYNC_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Have a customer's workflows compared with AMC now. With --wait: what was found; exit code 1 if there is drift."""
    workflows = client(context).workflows
    workflows.check_drift(customer)
    if not wait:
        document = {"customerId": customer, "drift": "to be looked for"}
        text = f"{customer}: to be compared with AMC; see what is found with: wfm workflows list {customer}"
        print_json(document) if as_json else print(text)
        return
    report = workflows.wait_for_drift(customer, timeout)
    if as_json:
        print_json(report.as_json())
    else:
        print_drift(report)
    fail_unless(succeeded=not (report.drifted or report.failure))
