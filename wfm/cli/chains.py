"""`wfm chains`: which workflows run after others, and how that went for each window."""

from typing import Annotated

import typer

from wfm.cli.naming import Customer, OneCustomer, read_customer, read_id
from wfm.cli.options import AsJson
from wfm.cli.output import first_of, print_all, print_facts, print_json, print_table, short
from wfm.cli.session import client
from wfm.client.chains.chains import LATEST, ChainLink
from wfm.client.chains.status import ChainStatus, ChainStep
from wfm.model.chain_links import OWN, Link, On, Parent

app = typer.Typer(no_args_is_help=True, add_completion=False)
ChainId = Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]ID", help="Id of a chain, as `list` shows it.")]


@app.command("list")
def list_chains(
    *,
    context: typer.Context,
    customer: OneCustomer = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = LATEST,
    as_json: AsJson = False,
) -> None:
    """List a customer's chains, one for each window, the latest first."""
    found = first_of(client(context).chains.list(read_customer(None, customer), limit + 1), limit)
    print_all(found, ["CHAIN", "STATUS", "WINDOW", "STEPS"], _row, status_column=1, as_json=as_json)


@app.command()
def show(context: typer.Context, chain: ChainId, customer: Customer = None, as_json: AsJson = False) -> None:
    """Show one chain: each of its workflows, the request that ran it, or why there is none."""
    found = client(context).chains.get(*read_id(chain, customer, "ID"))
    if as_json:
        print_json(found.as_json())
        return
    facts = [("customer", found.customer_id), ("chain", found.chain_id), ("status", found.status)]
    print_facts([*facts, ("window", found.window_text), ("changed", short(found.changed_at)), ("", "")])
    headings = ["WORKFLOW", "STATUS", "AFTER", "REQUEST", "DETAIL"]
    print_table(headings, [_step(step) for step in found.steps], status_column=1)


@app.command()
def links(context: typer.Context, customer: OneCustomer = None, as_json: AsJson = False) -> None:
    """List which of a customer's workflows run after which others, and those that cannot, with the reason."""
    found = client(context).chains.links(read_customer(None, customer))
    print_all(found, ["WORKFLOW", "AFTER", "WINDOW", "DELAY", "PROBLEM"], _link, status_column=0, as_json=as_json)


def _row(chain: ChainStatus) -> list[str]:
    steps = ", ".join(f"{step.workflow_id} {step.status}" for step in chain.steps)
    return [chain.chain_id, chain.status, chain.window_text, steps]


def _step(step: ChainStep) -> list[str]:
    return [step.workflow_id, step.status, ", ".join(step.after), step.request_id or "", step.detail]


def _link(one: ChainLink) -> list[str]:
    link = one.link
    if link is None:
        return [one.workflow_id, "", "", "", one.problem]
    return [one.workflow_id, parents_text(link), OWN if link.window == OWN else "same", _delay(link), ""]


def parents_text(link: Link) -> str:
    """The workflows that a link runs after, in words."""
    return (" and " if link.needs_all else " or ").join(map(_parent, link.parents))


def _parent(parent: Parent) -> str:
    return parent.workflow_id if parent.on == On.SUCCEEDED else f"{parent.workflow_id} ({parent.on})"


def _delay(link: Link) -> str:
    minutes = int(link.delay.total_seconds() // 60)
    return f"{minutes} min" if minutes else ""
