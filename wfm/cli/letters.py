"""Choosing dead letters, or queues, of one tenant or of many: by `CUSTOMER/ID`, or all of the tenants named."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, TypeVar

import typer

from wfm.cli.naming import SLASH, read_customer, read_ids, required_tenants
from wfm.cli.notes import print_note
from wfm.cli.old_spellings import note_old
from wfm.client.many import each
from wfm.client.wfm import Wfm
from wfm.errors import UsageError

Letters = Annotated[list[str] | None, typer.Argument(metavar="[[CUSTOMER/]ID]...", help="Dead letters' ids.")]
OldLetters = Annotated[list[str] | None, typer.Option("--request", hidden=True)]
# By customer the ids of dead letters; None: all of them.
Chosen = Mapping[str, list[str] | None]
Result = TypeVar("Result")


def choose_letters(
    wfm: Wfm, words: Sequence[str] | None, tenants: Sequence[str] | None, old_request: list[str] | None
) -> Chosen:
    """What is meant. Of several tenants those that have no queue are left out, and named."""
    if words and not tenants and len(words) == 1 and SLASH not in words[0]:
        return {read_customer(words, None): _old(words[0], old_request)}
    if words:
        if len(tenants or []) > 1:
            raise UsageError("--customer: is there twice beside ids; allowed: one, or ids as CUSTOMER/ID")
        named = read_ids(words, tenants[0] if tenants else None, "ID")
        return {customer: [one.id for one in named if one.customer_id == customer] for customer, _ in named}
    customers = required_tenants(wfm, None, tenants)
    if len(customers) == 1:
        return {customers[0]: _old(customers[0], old_request)}
    return dict.fromkeys(_with_queues(wfm, customers))


def _old(customer: str, old_request: list[str] | None) -> list[str] | None:
    if old_request:
        note_old("--request", " ".join(f"{customer}/{each}" for each in old_request))
    return old_request


def _with_queues(wfm: Wfm, customers: Sequence[str]) -> list[str]:
    tenants = {one.customer_id: one for one in wfm.tenants.list()}
    without = [name for name in customers if not tenants[name].queue_url]
    if without:
        shown = ", ".join(f"{name} ({tenants[name].status})" for name in without)
        print_note(f"left out are those that have no queue: {shown}")
    return [name for name in customers if name not in without]


def of_each(
    chosen: Chosen, do: Callable[[str, list[str] | None], Iterable[Result]], failed: Callable[[str, str], Result]
) -> Iterator[Result]:
    """The results of all tenants. One that fails does not keep the rest; the error of the only one is raised."""
    if len(chosen) == 1:
        ((customer, ids),) = chosen.items()
        return iter(do(customer, ids))
    return each([*chosen], lambda customer: do(customer, chosen[customer]), failed)


def plan(wfm: Wfm, chosen: Chosen) -> list[str]:
    """How many letters there are, and which, with the reasons of their refusals."""

    def lines(customer: str, ids: list[str] | None) -> list[str]:
        letters = [letter for letter in wfm.queues.dead_letters.list(customer) if not ids or letter.ids & {*ids}]
        whose = "" if len(chosen) == 1 else f"{customer}  "
        return [f"{whose}{each.request_id}  {each.reason}" for each in letters]

    found = [*of_each(chosen, lines, lambda customer, why: f"{customer}: cannot be read: {why}")]
    return [f"{len(found)} dead letters of {whose(chosen)}:", *found]


def whose(chosen: Chosen) -> str:
    """`acme`, or `3 tenants`."""
    return next(iter(chosen)) if len(chosen) == 1 else f"{len(chosen)} tenants"
