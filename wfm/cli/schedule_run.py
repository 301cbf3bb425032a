"""`wfm schedules run`: what a schedule asks for, now and once."""

from typing import Annotated

import typer

from wfm.cli.naming import Customer, read_id
from wfm.cli.one_request import send_one
from wfm.cli.options import OnlyJson, Timeout, Wait
from wfm.cli.session import client
from wfm.client.requests.following import RUN_TIMEOUT
from wfm.client.requests.sender import PreparedRequest
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.wfm import Wfm
from wfm.errors import InvalidRequest
from wfm.model.rows import object_in, text_or_none


def run(
    *,
    context: typer.Context,
    name: Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]NAME", help="The schedule's name.")],
    customer: Customer = None,
    priority: Annotated[str, typer.Option(help="Its priority: interactive, scheduled or backfill.")] = "interactive",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what AMC would be asked, and send nothing.")] = False,
    wait: Wait = False,
    timeout: Timeout = RUN_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Request now what a schedule asks for, with the window as of now. Its own times stay as they are.

    It may be paused, or switched off. Nothing is resubmitted for it.
    """
    wfm = client(context)
    prepared = prepare(wfm, wfm.schedules.get(*read_id(name, customer, "NAME")), priority)
    send_one(wfm, prepared, dry_run=dry_run, timeout=timeout if wait else None, as_json=as_json)


def prepare(wfm: Wfm, found: TenantSchedule, priority: str) -> PreparedRequest:
    """The request of the schedule as of now; InvalidRequest names what keeps it from that."""
    if found.schedule is None:
        raise InvalidRequest("schedule", str(found.reason))
    payload = found.schedule.payload
    return wfm.requests.prepare(
        text_or_none(payload.get("workflowId")),
        found.customer_id,
        payload=payload,
        definition=object_in(payload.get("workflow")) or None,
        priority=priority,
        source=f"wfm schedules run {found.name}",
        unlisted=True,
    )
