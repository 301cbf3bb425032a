"""`wfm executions cancel`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.options import AsJson, Timeout, Yes
from wfm.cli.output import print_json, print_table
from wfm.cli.session import client
from wfm.errors import UsageError
from wfm.executions.cancelling import FIVE_MINUTES, Cancellation
from wfm.times import read_since

HEADINGS = ["ID", "OUTCOME", "WAS", "DETAIL"]


def cancel(
    *,
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Customer id.")],
    requests: Annotated[
        list[str] | None, typer.Argument(metavar="REQUEST...", help="Request ids, or AMC's workflowExecutionIds.")
    ] = None,
    workflow: Annotated[str | None, typer.Option(help="All that go on of this workflow.")] = None,
    backfill: Annotated[str | None, typer.Option(metavar="ID", help="All that go on of this backfill.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="T", help="All that go on and were asked for since: 2h, 7d, or a time.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that go on.")] = False,
    yes: Yes = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all of them have ended.")] = False,
    timeout: Timeout = FIVE_MINUTES,
    as_json: AsJson = False,
) -> None:
    """Cancel requests: those that wait, those that run in AMC, and those still in the queue if they are named.

    Several choices together mean what fits all of them.
    """
    chosen = any((workflow, backfill, since, everything))
    if bool(requests) == chosen:
        raise UsageError("REQUEST: needs either request ids, or one of --workflow, --backfill, --since and --all")
    wfm = client(context)
    if chosen:
        moment = read_since(since, datetime.now(UTC)) if since else None
        found = wfm.cancelling.going_on(customer, workflow=workflow, backfill=backfill, since=moment)
        requests = [request.request_id for request in found]
        lines = [f"{request.request_id}  {request.status}  {request.workflow_id}" for request in found]
    else:
        lines = list(requests or [])
    if lines:
        confirm([f"{len(lines)} requests of {customer}:", *lines], "Cancel them?", yes=yes)
    told = [wfm.cancelling.cancel(customer, request_id) for request_id in requests or []]
    if wait:
        told = wfm.cancelling.settle(customer, told, timeout)
    _tell(customer, told, as_json=as_json)
    if not all(one.good for one in told):
        raise typer.Exit(1)


def _tell(customer: str, told: list[Cancellation], *, as_json: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in told])
        return
    print_table(HEADINGS, [[one.request_id, one.status, one.before, one.detail] for one in told], status_column=1)
    if not told:
        print(f"nothing of {customer} goes on that fits; `wfm queue show {customer}` tells what is still in its queue")
