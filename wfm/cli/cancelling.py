"""`wfm executions cancel`."""

import sys
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.options import AsJson, Timeout, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.run_options import period
from wfm.cli.session import client
from wfm.client import Wfm
from wfm.errors import UsageError
from wfm.executions.cancelling import FIVE_MINUTES, REASON, Cancellation

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
    until: Annotated[
        str | None, typer.Option(metavar="T", help="All that go on and were asked for before: the same forms.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that go on.")] = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the record.")] = None,
    yes: Yes = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all of them have ended.")] = False,
    timeout: Timeout = FIVE_MINUTES,
    as_json: AsJson = False,
) -> None:
    """Cancel requests: those that wait, those that run in AMC, and those still in the queue if they are named.

    Several choices together mean what fits all of them.
    """
    chosen = any((workflow, backfill, since, until, everything))
    if bool(requests) == chosen:
        raise UsageError("REQUEST: needs either request ids, or --workflow, --backfill, --since, --until or --all")
    wfm, (start, end) = client(context), period(since, until)
    wfm.tenant(customer)
    why = f"{REASON}: {reason}" if reason else REASON
    if chosen:
        found = wfm.cancelling.going_on(customer, workflow=workflow, backfill=backfill, since=start, until=end)
        lines = [f"{request.request_id}  {request.status}  {request.workflow_id}" for request in found]
        ending = wfm.cancelling.cancel_all(found, why)
    else:
        lines = list(requests or [])
        ending = (wfm.cancelling.cancel(customer, request_id, why) for request_id in lines)
    if lines:
        confirm([f"{len(lines)} requests of {customer}:", *lines], "Cancel them?", yes=yes)
    told = list(counted(ending, len(lines), "cancelling"))
    if chosen:
        _tell_of_the_queue(wfm, customer)
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


def _tell_of_the_queue(wfm: Wfm, customer: str) -> None:
    """What was chosen in bulk leaves out what WFM has not seen yet."""
    depth = wfm.queues.standing(customer).queue
    if depth and depth.waiting:
        left = f"about {depth.waiting} requests are still in the queue of {customer}, and will begin"
        print(f"note: {left}; `wfm queue purge {customer}` cancels all of them", file=sys.stderr)
