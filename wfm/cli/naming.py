"""Whom a command is about, and what of theirs: `CUSTOMER/ID`, or ID beside `--customer CUSTOMER`.

All commands share these options and readers, so that ids come first and customers are given in one way. Version 0.1
took the customer as the first word: a first word without a customer of its own is still read so, with a note.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

import typer

from wfm.cli.notes import print_note
from wfm.cli.old_spellings import note_old
from wfm.cli.options import filled
from wfm.client.tenants.choice import is_id
from wfm.client.wfm import Wfm
from wfm.errors import UsageError

SLASH: Final = "/"
NOBODY: Final = "--customer: is missing; allowed: customer ids, tag:NAME, or all"
RUN_ID: Final = "A request id, or AMC's workflowExecutionId."
Customer = Annotated[
    str | None, typer.Option("--customer", callback=filled, help="Customer id, if it does not stand before the id.")
]
OneCustomer = Annotated[str | None, typer.Option("--customer", callback=filled, help="Customer id.")]
Tenants = Annotated[
    list[str] | None,
    typer.Option("--customer", "--tenants", help="Customer ids, tag:NAME, or all; repeatable."),
]
Tenant = Annotated[list[str] | None, typer.Argument(metavar="CUSTOMER", help="Customer id.")]
TenantWords = Annotated[list[str] | None, typer.Argument(metavar="CUSTOMER...", help="Customer ids, tag:NAME, or all.")]
OldCustomer = Annotated[list[str] | None, typer.Argument(metavar="", hidden=True)]


class Named(NamedTuple):
    """Something of a customer's, by its id."""

    customer_id: str
    id: str


def read_ids(words: Sequence[str] | None, customer: str | None, what: str) -> list[Named]:
    """What the words name, each once; `what` is an id's name in the help text, such as `NAME`.

    UsageError for one that names no customer.
    """
    words = list(words or [])
    if customer is None and len(words) > 1 and SLASH not in words[0]:
        customer, words = words[0], words[1:]
        note_old(f"{customer} {' '.join(words)}", " ".join(f"{customer}{SLASH}{word}" for word in words))
    return list(dict.fromkeys(_named(word, customer, what) for word in words))


def read_id(words: Sequence[str], customer: str | None, what: str) -> Named:
    """The one thing that the words name."""
    named = read_ids(words, customer, what)
    if len(named) != 1:
        raise UsageError(f"{what}: {len(named)} are given; allowed: one, as CUSTOMER/{what} or beside --customer")
    return named[0]


def _named(word: str, customer: str | None, what: str) -> Named:
    before, slash, after = (customer, SLASH, word.removeprefix(customer + SLASH)) if customer else word.partition(SLASH)
    if slash and not after.strip():
        raise UsageError(f"{what}: {after!r} is empty; allowed: CUSTOMER/{what}, or --customer CUSTOMER")
    if not slash or not before:
        allowed = f"CUSTOMER/{word.strip(SLASH) or what}, or --customer CUSTOMER"
        raise UsageError(f"{what}: {word!r} is without its customer; allowed: {allowed}")
    return Named(before, after)


@dataclass(frozen=True, slots=True)
class Meant:
    """What is `named`, by customer; or of these `customers` what has one of the `names`, or all if there are none."""

    named: Sequence[Named] = ()
    customers: Sequence[str] = ()
    names: Sequence[str] = ()


def read_meant(
    wfm: Wfm, words: Sequence[str] | None, tenants: Sequence[str] | None, what: str, options: str, *, by_options: bool
) -> Meant:
    """What a command is to be done with: by words, or by `options` (their names) beside tenants.

    UsageError if nothing says so, or both do.
    """
    words = list(words or [])
    if bool(words) == by_options:
        raise UsageError(f"{what}: needs either {'names' if what == 'NAME' else 'ids'}, or {options}")
    if words and (not tenants or any(SLASH in word for word in words)):
        return Meant(read_ids(words, tenants[0] if tenants and len(tenants) == 1 else None, what))
    customers = required_tenants(wfm, None, tenants)
    if words and len(customers) == 1:
        return Meant([Named(customers[0], word) for word in dict.fromkeys(words)])
    return Meant(customers=customers, names=words)


def full(wfm: Wfm, run: Named) -> Named:
    """The run whose id may be written short; what is taken for it is said on stderr."""
    found = wfm.runs.full_id(run.customer_id, run.id)
    if found != run.id:
        print_note(f"{run.id} is {found}")
    return Named(run.customer_id, found)


def read_tenant(words: Sequence[str] | None, customer: str | None) -> str:
    """The one tenant of a command whose id is the customer's own."""
    found = list(dict.fromkeys([*(words or []), *([customer] if customer else [])]))
    if len(found) != 1:
        raise UsageError(f"CUSTOMER: {len(found)} are given; allowed: one customer id")
    return found[0]


def choose_tenants(wfm: Wfm, words: Sequence[str] | None, tenants: Sequence[str] | None) -> Sequence[str]:
    """The tenants of a command whose ids are the customers' own; UsageError if none is named."""
    given = [*(words or []), *(tenants or [])]
    if not given:
        raise UsageError("CUSTOMER: is missing; allowed: customer ids, tag:NAME, or all")
    return wfm.tenants.choose(given, any_status=True)


def choose_known(wfm: Wfm, words: Sequence[str] | None, tenants: Sequence[str] | None) -> Sequence[str]:
    """The same; a single id is taken as it is, since a tenant may have its record before it has a row."""
    given = [*(words or []), *(tenants or [])]
    return given if len(given) == 1 and is_id(given[0]) else choose_tenants(wfm, words, tenants)


def read_customer(words: Sequence[str] | None, customer: str | None) -> str:
    """The one customer of a command that takes no ids; `words` are those of the old spelling."""
    found = _with_old(words, [customer] if customer else [])
    if len(found) != 1:
        raise UsageError(f"--customer: {'is missing' if not found else 'is there twice'}; allowed: one customer id")
    return found[0]


def read_tenants(wfm: Wfm, words: Sequence[str] | None, tenants: Sequence[str] | None) -> Sequence[str] | None:
    """The tenants that are chosen, whatever their status; None if nothing chooses among them."""
    given = _with_old(words, tenants or [])
    return wfm.tenants.choose(given, any_status=True) if given else None


def required_tenants(wfm: Wfm, words: Sequence[str] | None, tenants: Sequence[str] | None) -> Sequence[str]:
    """The same; UsageError if nothing chooses among them."""
    customers = read_tenants(wfm, words, tenants)
    if customers is None:
        raise UsageError(NOBODY)
    return customers


def served_tenants(wfm: Wfm, words: Sequence[str] | None, tenants: Sequence[str] | None) -> Sequence[str]:
    """The tenants that are chosen, each of them served; UsageError if nothing chooses among them."""
    given = _with_old(words, tenants or [])
    if not given:
        raise UsageError(NOBODY)
    return wfm.tenants.choose(given)


def _with_old(words: Sequence[str] | None, given: Sequence[str]) -> list[str]:
    if words:
        note_old(" ".join(words), f"--customer {','.join(words)}")
    return [*(words or []), *given]
