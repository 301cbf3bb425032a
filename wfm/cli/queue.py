"""`wfm queue`: dead letters are sent again, and queues emptied."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

import typer

from wfm.cli.confirming import confirm
from wfm.cli.exits import print_tally
from wfm.cli.given_files import read_text
from wfm.cli.letters import Chosen, Letters, OldLetters, choose_letters, of_each, plan, whose
from wfm.cli.naming import Tenants
from wfm.cli.options import AsJson, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.queue_views import Dead, peek, show
from wfm.cli.resubmitting import show_results
from wfm.cli.session import client
from wfm.client.many import Did
from wfm.client.queues.dead_letters import KEPT
from wfm.client.requests.resubmit import ResubmitResult
from wfm.client.wfm import Wfm
from wfm.errors import UsageError

NOT_EMPTIED: Final = "NOT EMPTIED"  # of a tenant whose queue could not be read to its end
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("show")(show)
app.command("peek")(peek)


@app.command("redrive")
def redrive(
    *,
    context: typer.Context,
    ids: Letters = None,
    tenants: Tenants = None,
    old_request: OldLetters = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters of these tenants.")] = False,
    message: Annotated[
        str | None, typer.Option(metavar="FILE", help="Send this JSON in place of the one letter; - is standard input.")
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Send dead letters to the queue again as new requests. What would be refused again stays a dead letter."""
    wfm = client(context)
    chosen = choose_letters(wfm, ids, tenants, old_request)
    if any(chosen.values()) == everything:
        raise UsageError("ID: needs either dead letters' ids, or --all")
    if message and len(chosen) > 1:
        raise UsageError(f"--message: letters of {whose(chosen)} are named; allowed: one letter")
    corrected = read_text(message, "--message", "one message") if message else None
    if not yes:
        queue = f"the queue of {whose(chosen)}" if len(chosen) == 1 else "their queues"
        confirm(plan(wfm, chosen), f"Send them to {queue} again?", yes=yes)
    letters, by = wfm.queues.dead_letters, wfm.aws.caller
    sending = of_each(
        chosen,
        lambda customer, named: letters.redrive(customer, named, corrected, by),
        lambda customer, why: ResubmitResult("", KEPT, "", why, customer),
    )
    results = list(counted(sending, None, "sending"))
    show_results(results, as_json=as_json)
    print_tally(results, "sent")


@dataclass(frozen=True, slots=True)
class Purged:
    """What became of one message, or of the queue of one tenant."""

    customer_id: str
    request_id: str
    outcome: str
    detail: str

    @property
    def did(self) -> Did:
        """What stays was meant to go."""
        return Did.FAILED if self.outcome in (KEPT, NOT_EMPTIED) else Did.DONE

    def as_json(self) -> dict[str, str]:
        """What `--json` prints."""
        ids = {"customerId": self.customer_id, "requestId": self.request_id}
        return {**ids, "outcome": self.outcome, "detail": self.detail}


@app.command("purge")
def purge(
    *,
    context: typer.Context,
    ids: Letters = None,
    tenants: Tenants = None,
    dead: Dead = False,
    old_request: OldLetters = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Empty the queue: each message is recorded as a CANCELLED request. With --dead: delete the dead letters.

    `wfm executions cancel` can choose among the messages.
    """
    wfm = client(context)
    chosen = choose_letters(wfm, ids, tenants, old_request)
    if any(chosen.values()) and not dead:
        raise UsageError("ID: names dead letters; allowed: with --dead")
    purging = _letters(wfm, chosen, yes=yes) if dead else _messages(wfm, chosen, yes=yes)
    results = list(counted(purging, None, "deleting" if dead else "cancelling"))
    if as_json:
        print_json([one.as_json() for one in results])
    else:
        _show(results, with_customers=len(chosen) > 1)
    print_tally(results, "deleted" if dead else "cancelled")


def _letters(wfm: Wfm, chosen: Chosen, *, yes: bool) -> Iterator[Purged]:
    if not yes:
        lines = [*plan(wfm, chosen), "They are deleted; as what they were refused stays on record."]
        confirm(lines, f"Delete these dead letters of {whose(chosen)}?", yes=yes)

    def delete(customer: str, ids: list[str] | None) -> list[Purged]:
        gone = wfm.queues.dead_letters.purge(customer, ids)
        return [Purged(customer, one.request_id, one.outcome, one.detail) for one in gone]

    return of_each(chosen, delete, _not_emptied)


def _messages(wfm: Wfm, chosen: Chosen, *, yes: bool) -> Iterator[Purged]:
    if not yes:
        depths = [(customer, wfm.queues.depth(customer)) for customer in chosen]
        lines = [
            f"About {depth.waiting if depth else 0} messages wait in the queue of {name}." for name, depth in depths
        ]
        note = "They are recorded as CANCELLED requests. What WFM has taken from the queue continues."
        queue = f"the queue of {whose(chosen)}" if len(chosen) == 1 else f"the queues of {whose(chosen)}"
        confirm([*lines, note], f"Empty {queue}?", yes=yes)
    reason = f"cancelled by {wfm.aws.caller} with `wfm queue purge`"

    def empty(customer: str, _: list[str] | None) -> Iterator[Purged]:
        for one in wfm.queues.purge(customer, reason=reason):
            yield Purged(customer, one.request_id, one.status, one.detail)

    return of_each(chosen, empty, _not_emptied)


def _not_emptied(customer: str, why: str) -> Purged:
    return Purged(customer, "", NOT_EMPTIED, why)


def _show(results: list[Purged], *, with_customers: bool) -> None:
    headings, rows = ["ID", "OUTCOME", "DETAIL"], [[one.request_id, one.outcome, one.detail] for one in results]
    if with_customers:
        headings, rows = (
            ["CUSTOMER", *headings],
            [[one.customer_id, *row] for one, row in zip(results, rows, strict=True)],
        )
    print_table(headings, rows, status_column=headings.index("OUTCOME"))
