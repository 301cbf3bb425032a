"""`wfm executions cancel`."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import typer

from wfm.cli.choosing import Backfill, Choice, Ids, WindowFrom, WindowTo, explain_nothing, read_choice, read_filter
from wfm.cli.confirming import confirm
from wfm.cli.exits import print_tally
from wfm.cli.naming import Named, Tenants
from wfm.cli.notes import print_note
from wfm.cli.old_spellings import note_old
from wfm.cli.options import AsJson, Timeout, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.run_options import OfLabel, Since, Until, Workflow
from wfm.cli.session import client
from wfm.client.many import explain
from wfm.client.records import BUFFERED, Request
from wfm.client.requests.cancel import CANCEL_TIMEOUT, NOT_CANCELLED, Cancellation
from wfm.client.wfm import Wfm
from wfm.errors import UsageError
from wfm.model.asked_windows import window_of_request

BeforeArrival = Annotated[
    bool, typer.Option("--before-arrival", help="The ids have not arrived yet: their messages shall start nothing.")
]
HEADINGS: Final = ["CUSTOMER", "ID", "OUTCOME", "WAS", "DETAIL"]


def cancel(
    *,
    context: typer.Context,
    ids: Ids = None,
    tenants: Tenants = None,
    all_customers: Annotated[bool, typer.Option("--all-customers", hidden=True)] = False,
    workflow: Workflow = None,
    backfill: Backfill = None,
    since: Since = None,
    until: Until = None,
    window_from: WindowFrom = None,
    window_to: WindowTo = None,
    label: OfLabel = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are active.")] = False,
    before_arrival: BeforeArrival = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason, for the record.")] = None,
    yes: Yes = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all of them have ended.")] = False,
    timeout: Timeout = CANCEL_TIMEOUT,
    as_json: AsJson = False,
) -> None:
    """Cancel requests: in the queue, waiting for a slot, or running in AMC.

    By their ids, or of one, many or all tenants what fits all the options.
    """
    if all_customers:
        note_old("--all-customers", "--tenants all")
        if ids or tenants:
            raise UsageError("--all-customers: stands beside a customer; allowed: one of the two")
    wfm = client(context)
    wanted = read_filter(workflow, backfill, (since, until), (window_from, window_to), label)
    choice = read_choice(
        wfm,
        ids,
        ["all"] if all_customers else tenants,
        wanted,
        everything=everything,
        short=not (yes or before_arrival),
    )
    if before_arrival and not choice.named:
        raise UsageError("--before-arrival: is for single requests; allowed: with their ids")
    why = f"cancelled by {wfm.aws.caller} with `wfm executions cancel`{f': {reason}' if reason else ''}"
    if choice.named:
        ended = _named(wfm, choice, why, yes=yes, before_arrival=before_arrival)
    else:
        ended = _in_bulk(wfm, choice, why, yes=yes)
    if not ended:
        _explain_nothing(wfm, choice)
    if wait:
        ended = wfm.requests.wait_cancelled(ended, timeout)
    _show(choice, ended, as_json=as_json)
    if ended:
        print_tally(ended, "cancelled")


def _named(wfm: Wfm, choice: Choice, why: str, *, yes: bool, before_arrival: bool) -> list[Cancellation]:
    """Cancel the requests with these ids; none if one of the ids is a slip."""
    for customer, ids in choice.by_customer.items():
        wfm.tenants.get(customer)
        if not before_arrival:
            wfm.requests.require_seen(customer, ids)
    lines = [f"{customer}  {run_id}" for customer, run_id in choice.named]
    confirm([f"{len(lines)} requests of {_customers(list(choice.by_customer))}:", *lines], "Cancel them?", yes=yes)

    def one(run: Named) -> Cancellation:
        try:
            return wfm.requests.cancel(*run, why, before_arrival=before_arrival)
        except Exception as problem:
            sentence = explain(problem)
            if sentence is None:
                raise
            return Cancellation(*run, "", NOT_CANCELLED, sentence)

    return list(counted(map(one, choice.named), len(choice.named), "cancelling"))


def _in_bulk(wfm: Wfm, choice: Choice, why: str, *, yes: bool) -> list[Cancellation]:
    """Whoever confirms sees first what there is; nothing is done if that is nothing."""
    customers, wanted = choice.customers, choice.wanted
    depths = {customer: wfm.queues.depth(customer) for customer in customers}
    found: list[Request] = []
    if not yes:
        for customer in counted(customers, len(customers), "reading"):
            found += wfm.requests.preview_cancel(customer, wanted)
        if not found:
            return []
        confirm(_plan(found, customers), "Cancel them?", yes=yes)
    cancelling = wfm.requests.cancel_many(customers, wanted, why)
    ended = list(counted(cancelling, len(found) or None, "cancelling"))
    _note_messages_in_flight({customer: depth.in_flight for customer, depth in depths.items() if depth})
    return ended


def _customers(customers: Sequence[str]) -> str:
    return customers[0] if len(customers) == 1 else f"{len(customers)} customers"


def _plan(found: Sequence[Request], customers: Sequence[str]) -> list[str]:
    lines = [f"{each.request_id}  {each.status}  {each.workflow_id}  {_window(each)}".rstrip() for each in found]
    if len(customers) > 1:
        lines = [f"{request.customer_id}  {line}" for request, line in zip(found, lines, strict=True)]
    return [f"{len(found)} requests of {_customers(customers)}:", *lines]


def _window(request: Request) -> str:
    window = window_of_request(request.row)
    return window.shown() if window else ""


def _explain_nothing(wfm: Wfm, choice: Choice) -> None:
    """Refuse what can fit nothing; warn of a backfill's requests that are in a queue, or not even sent."""
    backfill = choice.wanted.backfill
    explain_nothing([], wfm, choice.customers, workflow=choice.wanted.workflow, backfill=backfill)
    count = wfm.backfills.get(backfill).counts.get(BUFFERED, 0) if backfill else 0
    if count:
        print_note(f"{count} requests of {backfill} are still to come; should some fit, repeat it in a moment")


def _note_messages_in_flight(in_hand: Mapping[str, int]) -> None:
    """Warn that messages are in flight: WFM has just taken them from a queue, and they cannot be seen."""
    taken = ", ".join(f"{count} messages of {customer}" for customer, count in in_hand.items() if count)
    if taken:
        print_note(f"WFM had {taken} in hand as this began; should some fit, repeat it in a moment")


def _show(choice: Choice, ended: Sequence[Cancellation], *, as_json: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in ended])
        return
    customers = list(choice.by_customer) or choice.customers
    rows = [[one.customer_id, one.request_id, one.status, one.before, one.detail] for one in ended]
    left = 1 if len(customers) == 1 else 0
    print_table(HEADINGS[left:], [row[left:] for row in rows], status_column=2 - left)
    if not ended:
        print(f"nothing of {_customers(customers)} is active and fits")
