"""`wfm workflows remove`: one workflow, or many."""

from collections.abc import Sequence
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import print_tally
from wfm.cli.naming import Tenants, read_meant
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.session import client
from wfm.client.wfm import Wfm
from wfm.client.workflows.many import TO_BE_DELETED
from wfm.client.workflows.workflows import WorkflowDetails
from wfm.model.chain_links import stranded

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[[CUSTOMER/]WORKFLOW]...", help="Workflow ids; beside several tenants, of each that has one."
    ),
]
HEADINGS = ["CUSTOMER", "WORKFLOW", "CHANGE", "SCHEDULES", "REASON"]


def remove(
    *,
    context: typer.Context,
    words: Words = None,
    tenants: Tenants = None,
    everything: Annotated[bool, typer.Option("--all", help="All workflows of these tenants.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Remove a workflow, or many, in AMC too, and its schedules with it."""
    wfm = client(context)
    meant = read_meant(wfm, words, tenants, "WORKFLOW", "--all", by_options=everything)
    named = [wfm.workflows.details(*one) for one in meant.named]
    found = named or wfm.workflows.choose(meant.customers, meant.names)
    _note_stranded(wfm, found)
    if len(named) == 1:
        _one(wfm, named[0], yes=yes, as_json=as_json)
    else:
        _many(wfm, found, yes=yes, as_json=as_json)


def _note_stranded(wfm: Wfm, found: Sequence[WorkflowDetails]) -> None:
    """A note for each workflow that stays, and runs after what goes."""
    for customer in sorted({one.workflow.customer_id for one in found}):
        gone = {one.workflow.workflow_id for one in found if one.workflow.customer_id == customer}
        links = {one.workflow_id: one.link for one in wfm.chains.links(customer) if one.link}
        for name, lost in stranded(links, gone):
            print_note(f"{customer} {name} runs after {' and '.join(lost)}: without it, it does not run any more")


def _one(wfm: Wfm, found: WorkflowDetails, *, yes: bool, as_json: bool) -> None:
    customer, workflow, schedules = found.workflow.customer_id, found.workflow.workflow_id, _schedules(found)
    plan = [f"{customer} {workflow} is deleted, in AMC too.", f"Its schedules go with it: {schedules}."]
    if found.workflow.library_version:
        plan.append("It came from the library, whose next rollout brings it back.")
    confirm(plan, "Go on?", yes=yes)
    wfm.workflows.remove(customer, workflow)
    if as_json:
        gone = {"change": TO_BE_DELETED, "schedules": list(found.schedules)}
        print_json({"customerId": customer, "workflowId": workflow, **gone})
    else:
        print(f"{customer} {workflow}: {TO_BE_DELETED} in AMC; its schedules go with it: {schedules}")


def _many(wfm: Wfm, found: Sequence[WorkflowDetails], *, yes: bool, as_json: bool) -> None:
    lines = [
        f"{one.workflow.customer_id} {one.workflow.workflow_id}; its schedules: {_schedules(one)}" for one in found
    ]
    if of_library := [one for one in found if one.workflow.library_version]:
        lines.insert(0, f"{len(of_library)} of them came from the library, whose next rollout brings them back.")
    if found:
        confirm([f"{len(found)} workflows are deleted, in AMC too, and their schedules:", *lines], "Go on?", yes=yes)
    removed = list(counted(wfm.workflows.remove_many(found), len(found), "removing"))
    if as_json:
        print_json([one.as_json() for one in removed])
    else:
        rows = [[one.customer_id, one.workflow_id, one.change, ", ".join(one.schedules), one.reason] for one in removed]
        print_table(HEADINGS, rows, 2)
    print_tally(removed, "removed")


def _schedules(found: WorkflowDetails) -> str:
    return ", ".join(found.schedules) or "none"
