"""`wfm queue show` and `wfm queue peek`: what waits in tenants' queues, what became a dead letter, and why."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wfm.cli.naming import OldCustomer, OneCustomer, Tenants, read_customer, read_tenants
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import first_of, print_all, print_json, print_table, short
from wfm.cli.session import client
from wfm.client.adapters.queue_messages import AT_ONCE
from wfm.client.queues.dead_letters import DeadLetter
from wfm.client.queues.queues import QueueStatus
from wfm.client.times import duration

Dead = Annotated[bool, typer.Option("--dead", help="The dead letters, not the waiting messages.")]


def show(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    as_json: AsJson = False,
) -> None:
    """Show how full the queues are: messages that wait, that WFM has in hand, and dead letters."""
    wfm = client(context)
    customers = read_tenants(wfm, old_customer, tenants)
    statuses = wfm.queues.list() if customers is None else [wfm.queues.get(each) for each in customers]
    headings = ["ID", "STATUS", "WAITING", "IN HAND", "DEAD LETTERS", "OLDEST OF THEM", "RECEIVES ALLOWED"]
    print_all(statuses, headings, _row, 1, as_json=as_json)


def _row(status: QueueStatus) -> list[str]:
    queue, dead, oldest = status.queue, status.dead_letters, status.oldest_dead
    age = duration((datetime.now(UTC) - oldest).total_seconds()) if oldest else ""
    counts = [str(count) for count in (queue.waiting, queue.in_flight)] if queue else ["no queue", ""]
    letters = str(dead.waiting + dead.in_flight) if dead else "no queue"
    receives = str(status.most_receives or "")
    return [status.tenant.customer_id, status.tenant.status, *counts, letters, age, receives]


def peek(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    customer: OneCustomer = None,
    dead: Dead = False,
    limit: Annotated[int, typer.Option(min=1, help="At most this many dead letters.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Peek at what waits (at most ten messages), or with --dead list the dead letters and their reasons."""
    wfm, now, customer = client(context), datetime.now(UTC), read_customer(old_customer, customer)
    if dead:
        letters = first_of(wfm.queues.dead_letters.list(customer, limit + 1), limit)
        if as_json:
            print_json([letter.as_json(now) for letter in letters])
            return
        headings = ["ID", "ERROR", "AGE", "RECEIVES", "CALLS ITSELF", "REASON"]
        print_table(headings, [_letter(letter, now) for letter in letters], status_column=1)
        return
    messages = wfm.queues.peek(customer)
    print_note("this peek counts as one receive of each message")
    if len(messages) == AT_ONCE:
        waiting = (depth := wfm.queues.depth(customer)) and depth.waiting + depth.in_flight
        print_note(
            f"only {AT_ONCE} are shown, as many as SQS hands out at a time; there are about {waiting or AT_ONCE}"
            f" (wfm queue show --customer {customer})"
        )
    found = [
        {"sentAt": message.sent_at.isoformat(), "receives": message.receives, "message": message.body}
        for message in messages
    ]
    if as_json:
        print_json(found)
        return
    rows = [[short(str(one["sentAt"])), str(one["receives"]), str(one["message"])] for one in found]
    print_table(["SENT", "RECEIVES", "MESSAGE"], rows, status_column=1)


def _letter(letter: DeadLetter, now: datetime) -> list[str]:
    age = duration((now - letter.message.sent_at).total_seconds())
    receives = str(letter.message.receives)
    return [letter.request_id, letter.error_name, age, receives, letter.own_id, letter.reason]
