"""`wfm tenants remove`: one tenant, or many."""

from collections.abc import Sequence
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.many_tenants import follow, show
from wfm.cli.naming import Tenants, TenantWords, choose_known
from wfm.cli.options import OnlyJson, Timeout, Yes
from wfm.cli.output import counted
from wfm.cli.session import client
from wfm.cli.tenant_changes import Wait, print_change
from wfm.client.requests.following import RUN_TIMEOUT
from wfm.client.tenants.details import TenantDetails
from wfm.client.wfm import Wfm


def remove(
    *,
    context: typer.Context,
    words: TenantWords = None,
    tenants: Tenants = None,
    cancel_runs: Annotated[bool, typer.Option("--cancel-runs", help="Cancel its runs instead of waiting.")] = False,
    delete_workflows: Annotated[bool, typer.Option("--delete-workflows", help="Delete its workflows in AMC.")] = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = RUN_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Remove a tenant, or many, from WFM. Their history stays, and they can be added again."""
    wfm, seconds = client(context), timeout if wait else None
    chosen = choose_known(wfm, words, tenants)
    if len(chosen) > 1:
        if not yes:
            plan = _plan_of_many(wfm, chosen, cancel_runs=cancel_runs, delete_workflows=delete_workflows)
            confirm(plan, f"Remove these {len(chosen)} tenants?", yes=yes)
        removing = wfm.tenants.remove_many(chosen, cancel_runs=cancel_runs, delete_workflows=delete_workflows)
        changed = list(counted(removing, len(chosen), "removing"))
        show(follow(wfm, changed, seconds, "removing") if seconds is not None else changed, "removed", as_json=as_json)
        return
    (customer,) = chosen
    if not yes:
        details = wfm.tenants.details(customer)
        plan = _plan_of_one(details, cancel_runs=cancel_runs, delete_workflows=delete_workflows)
        confirm(plan, f"Remove {customer}?", yes=yes)
    change = wfm.tenants.remove(customer, cancel_runs=cancel_runs, delete_workflows=delete_workflows)
    print_change(wfm, change, seconds, as_json=as_json)


def _plan_of_one(details: TenantDetails, *, cancel_runs: bool, delete_workflows: bool) -> list[str]:
    """Sentences that say what a removal does and what it keeps."""
    waiting = (details.queue.waiting if details.queue else 0) + len(details.slots.waiting)
    return [
        f"{details.tenant.customer_id} is {details.tenant.status}.",
        f"Its runs in AMC (now {len(details.slots.holders)}) {_of_runs(cancel_runs)}",
        f"Requests that still wait (now {waiting}) are not started; its queues go.",
        f"Its workflows in AMC {_of_workflows(delete_workflows)}",
        "Kept are its requests, its runs and their results.",
    ]


def _plan_of_many(wfm: Wfm, chosen: Sequence[str], *, cancel_runs: bool, delete_workflows: bool) -> list[str]:
    """The same of many, with a line for each."""
    found = [one for one in wfm.tenants.summaries() if one.tenant.customer_id in chosen]
    counts = [f"{one.running} run, {one.waiting} wait for a slot" for one in found]
    return [
        f"{len(chosen)} tenants go, with their queues; what still waits is not started.",
        f"Their runs in AMC {_of_runs(cancel_runs)}",
        f"Their workflows in AMC {_of_workflows(delete_workflows)}",
        "Kept are their requests, their runs and the results of these.",
        *(
            f"{one.tenant.customer_id} is {one.tenant.status}: {count}"
            for one, count in zip(found, counts, strict=True)
        ),
    ]


def _of_runs(cancel_runs: bool) -> str:
    return "are cancelled." if cancel_runs else "end first; --cancel-runs cancels them."


def _of_workflows(delete_workflows: bool) -> str:
    return "are deleted." if delete_workflows else "stay; --delete-workflows deletes them."
