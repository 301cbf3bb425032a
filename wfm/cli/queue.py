"""`wfm queue`: dead letters are sent again, and queues emptied."""

from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import fail_by
from wfm.cli.given_files import read_text
from wfm.cli.naming import Customer, read_customer, read_ids
from wfm.cli.old_spellings import note_old
from wfm.cli.options import AsJson, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.queue_views import Dead, peek, show
from wfm.cli.resubmitting import print_results
from wfm.cli.session import client
from wfm.client.queues.dead_letters import KEPT
from wfm.client.wfm import Wfm
from wfm.errors import UsageError

Letters = Annotated[list[str] | None, typer.Argument(metavar="[[CUSTOMER/]ID]...", help="Dead letters' ids.")]
OldLetters = Annotated[list[str] | None, typer.Option("--request", hidden=True)]
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("show")(show)
app.command("peek")(peek)


@app.command("redrive")
def redrive(
    *,
    context: typer.Context,
    ids: Letters = None,
    customer: Customer = None,
    old_request: OldLetters = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    message: Annotated[
        str | None, typer.Option(metavar="FILE", help="Send this JSON in place of the one letter; - is standard input.")
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Send dead letters to the queue again as new requests. What would be refused again stays a dead letter."""
    customer, request = _letters(ids, customer, old_request)
    if bool(request) == everything:
        raise UsageError("ID: needs either dead letters' ids, or --all")
    wfm = client(context)
    corrected = read_text(message, "--message", "one message") if message else None
    if not yes:
        confirm(_plan(wfm, customer, request), f"Send them to the queue of {customer} again?", yes=yes)
    sending = wfm.queues.dead_letters.redrive(customer, request, corrected, wfm.aws.caller)
    results = list(counted(sending, len(request) if request else None, "sending"))
    print_results(results, as_json=as_json)


def _letters(
    words: list[str] | None, customer: str | None, old_request: list[str] | None
) -> tuple[str, list[str] | None]:
    """The customer, and the ids of the dead letters if any are given."""
    if customer is None and words and len(words) == 1 and "/" not in words[0]:
        return read_customer(words, None), _old_letters(words[0], old_request)
    if not words:
        customer = read_customer(None, customer)
        return customer, _old_letters(customer, old_request)
    named = read_ids(words, customer, "ID")
    customers = {each.customer_id for each in named}
    if len(customers) > 1:
        raise UsageError(f"ID: the dead letters are of {' and '.join(sorted(customers))}; allowed: one customer's")
    return named[0].customer_id, [each.id for each in named]


def _old_letters(customer: str, old_request: list[str] | None) -> list[str] | None:
    if old_request:
        note_old("--request", " ".join(f"{customer}/{each}" for each in old_request))
    return old_request


def _plan(wfm: Wfm, customer: str, ids: list[str] | None) -> list[str]:
    letters = [letter for letter in wfm.queues.dead_letters.list(customer) if not ids or letter.ids & {*ids}]
    return [f"{len(letters)} dead letters of {customer}:", *(f"{each.request_id}  {each.reason}" for each in letters)]


@app.command("purge")
def purge(
    *,
    context: typer.Context,
    ids: Letters = None,
    customer: Customer = None,
    dead: Dead = False,
    old_request: OldLetters = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Empty the queue: each message is recorded as a CANCELLED request. With --dead: delete the dead letters.

    `wfm executions cancel` can choose among the messages.
    """
    customer, request = _letters(ids, customer, old_request)
    if request and not dead:
        raise UsageError("ID: names dead letters; allowed: with --dead")
    wfm = client(context)
    results = _purged_letters(wfm, customer, request, yes=yes) if dead else _purged(wfm, customer, yes=yes)
    if as_json:
        print_json([dict(zip(("requestId", "outcome", "detail"), one, strict=True)) for one in results])
    else:
        print_table(["ID", "OUTCOME", "DETAIL"], results, status_column=1)
    kept = [outcome for _, outcome, _ in results if outcome == KEPT]
    fail_by(len(kept), of_all=len(kept) == len(results))


def _purged_letters(wfm: Wfm, customer: str, ids: list[str] | None, *, yes: bool) -> list[list[str]]:
    if not yes:
        plan = [*_plan(wfm, customer, ids), "They are deleted; as what they were refused stays on record."]
        confirm(plan, f"Delete these dead letters of {customer}?", yes=yes)
    return [[one.request_id, one.outcome, one.detail] for one in wfm.queues.dead_letters.purge(customer, ids)]


def _purged(wfm: Wfm, customer: str, *, yes: bool) -> list[list[str]]:
    depth = wfm.queues.depth(customer)
    waiting = f"About {depth.waiting if depth else 0} messages wait in the queue of {customer}."
    plan = [waiting, "They are recorded as CANCELLED requests. What WFM has taken from the queue continues."]
    confirm(plan, f"Empty the queue of {customer}?", yes=yes)
    purging = counted(
        wfm.queues.purge(customer, reason=f"cancelled by {wfm.aws.caller} with `wfm queue purge`"), None, "cancelling"
    )
    return [[one.request_id, one.status, one.detail] for one in purging]
