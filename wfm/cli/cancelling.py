"""`wfm executions cancel`."""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import fail_unless
from wfm.cli.options import AsJson, Timeout, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.run_options import Since, Until, filled, period
from wfm.cli.session import client
from wfm.client.records import Request
from wfm.client.requests.cancel import CANCEL_TIMEOUT, REASON, Cancellation
from wfm.client.requests.reader import RequestFilter
from wfm.client.wfm import Wfm
from wfm.errors import UsageError

Requests = Annotated[
    list[str] | None, typer.Argument(metavar="REQUEST...", help="Request ids, or AMC's workflowExecutionIds.")
]
BeforeArrival = Annotated[
    bool, typer.Option("--before-arrival", help="REQUEST has not arrived yet: its message shall start nothing.")
]
HEADINGS = ["CUSTOMER", "ID", "OUTCOME", "WAS", "DETAIL"]


def cancel(
    *,
    context: typer.Context,
    customer: Annotated[str | None, typer.Argument(metavar="CUSTOMER", help="Customer id.")] = None,
    requests: Requests = None,
    all_customers: Annotated[bool, typer.Option("--all-customers", help="Every customer's, without CUSTOMER.")] = False,
    workflow: Annotated[str | None, typer.Option(callback=filled, help="All active ones of this workflow.")] = None,
    backfill: Annotated[
        str | None, typer.Option(callback=filled, metavar="ID", help="All active ones of this backfill.")
    ] = None,
    since: Since = None,
    until: Until = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are active.")] = False,
    before_arrival: BeforeArrival = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason, for the record.")] = None,
    yes: Yes = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all of them have ended.")] = False,
    timeout: Timeout = CANCEL_TIMEOUT,
    as_json: AsJson = False,
) -> None:
    """Cancel requests: in the queue, waiting for a slot, or running in AMC.

    Several options together select what matches all of them.
    """
    if bool(customer) == all_customers:
        raise UsageError("CUSTOMER: needs either a customer, or --all-customers")
    if bool(requests) == any((workflow, backfill, since, until, everything)):
        raise UsageError("REQUEST: needs either request ids, or --workflow, --backfill, --since, --until or --all")
    if before_arrival and not requests:
        raise UsageError("--before-arrival: is for single requests; allowed: with their ids")
    wfm, wanted = client(context), RequestFilter(workflow, backfill, *period(since, until))
    why = f"{REASON}: {reason}" if reason else REASON
    if customer and requests:
        ended = _named(wfm, customer, requests, why, yes=yes, before_arrival=before_arrival)
    elif customer:
        ended = _in_bulk(wfm, [wfm.tenants.get(customer).customer_id], wanted, why, yes=yes)
        if not ended:
            wfm.requests.check(customer, wanted)
    else:
        ended = _in_bulk(wfm, [tenant.customer_id for tenant in wfm.tenants.list()], wanted, why, yes=yes)
    if wait:
        ended = wfm.requests.wait_cancelled(ended, timeout)
    _show(customer, ended, as_json=as_json)
    fail_unless(succeeded=all(one.good for one in ended))


def _named(
    wfm: Wfm, customer: str, requests: Sequence[str], why: str, *, yes: bool, before_arrival: bool
) -> list[Cancellation]:
    """Cancel the requests with these ids; none if one of the ids is a slip."""
    wfm.tenants.get(customer)
    if not before_arrival:
        wfm.requests.require_seen(customer, requests)
    confirm([f"{len(requests)} requests of {customer}:", *requests], "Cancel them?", yes=yes)
    cancelling = (wfm.requests.cancel(customer, one, why, before_arrival=before_arrival) for one in requests)
    return list(counted(cancelling, len(requests), "cancelling"))


def _in_bulk(wfm: Wfm, customers: Sequence[str], wanted: RequestFilter, why: str, *, yes: bool) -> list[Cancellation]:
    """Whoever confirms sees first what there is; nothing is done if that is nothing."""
    depths = {customer: wfm.queues.depth(customer) for customer in customers}
    found: list[Request] = []
    if not yes:
        for customer in counted(customers, len(customers), "reading"):
            found += wfm.requests.preview_cancel(customer, wanted)
        if not found:
            return []
        confirm(_plan(found, customers), "Cancel them?", yes=yes)
    cancelling = (one for customer in customers for one in wfm.requests.cancel_matching(customer, wanted, why))
    ended = list(counted(cancelling, len(found) or None, "cancelling"))
    _note_messages_in_flight({customer: depth.in_flight for customer, depth in depths.items() if depth})
    return ended


def _plan(found: Sequence[Request], customers: Sequence[str]) -> list[str]:
    alone = len(customers) == 1
    lines = (f"{request.request_id}  {request.status}  {request.workflow_id}" for request in found)
    if alone:
        return [f"{len(found)} requests of {customers[0]}:", *lines]
    several = (f"{request.customer_id}  {line}" for request, line in zip(found, lines, strict=True))
    return [f"{len(found)} requests of {len(customers)} customers:", *several]


def _note_messages_in_flight(in_hand: Mapping[str, int]) -> None:
    """Warn that messages are in flight: WFM has just taken them from a queue, and they cannot be seen."""
    taken = ", ".join(f"{count} messages of {customer}" for customer, count in in_hand.items() if count)
    if taken:
        note = f"note: WFM had {taken} in hand as this began; should some fit, repeat it in a moment"
        print(note, file=sys.stderr)


def _show(customer: str | None, ended: Sequence[Cancellation], *, as_json: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in ended])
        return
    rows = [[one.customer_id, one.request_id, one.status, one.before, one.detail] for one in ended]
    left = 1 if customer else 0
    print_table(HEADINGS[left:], [row[left:] for row in rows], status_column=2 - left)
    if not ended:
        print(f"nothing of {customer or 'any customer'} is active and fits")
