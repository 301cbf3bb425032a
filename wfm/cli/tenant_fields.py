"""`wfm tenants set`: fields of the TPS record of one tenant, or of many."""

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Annotated, Final

import typer

from wfm.cli.confirming import confirm
from wfm.cli.many_tenants import follow, show
from wfm.cli.naming import Tenants, choose_known
from wfm.cli.notes import print_note
from wfm.cli.options import OnlyJson, Timeout, Yes
from wfm.cli.output import counted
from wfm.cli.session import client
from wfm.cli.tenant_changes import Wait, print_change
from wfm.client.tenants.fields import FieldChange
from wfm.client.tenants.onboarding import ONBOARDING_TIMEOUT
from wfm.client.tenants.tenants import LEAVING
from wfm.client.tenants.tps_fields import ALLOWED, SHORT_NAMES, library_fields, merged, read_assignments
from wfm.client.wfm import Wfm
from wfm.errors import InvalidFilesError, UsageError, WfmError

Library = Annotated[
    bool | None,
    typer.Option("--library/--no-library", help="Let the workflow library create, update and remove workflows here."),
]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", help="A tag for the library's targeting; repeatable; replaces all tags.")
]
OF_ONE_TENANT: Final = {
    "customerId": "--customer",
    "customerName": "--name",
    "amcInstanceId": "--instance",
    "BucketName": "--bucket",
}


def set_fields(
    *,
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CUSTOMER... FIELD=VALUE...",
            help="Whom (ids, tag:NAME, or all), and what: FIELD:=JSON for other than texts, FIELD= to take it out."
            f" FIELD is a name of the TPS record, such as AMC.amcApiEndpoint, or one of {', '.join(SHORT_NAMES)}.",
        ),
    ] = None,
    tenants: Tenants = None,
    library: Library = None,
    tag: Tags = None,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Change fields of the TPS record of a tenant, or of many; all others stay as they are.

    Of many all records are checked before the first is written.

    For example: `wfm tenants set tag:emea limit=8`
    """
    wfm, seconds = client(context), timeout if wait else None
    names = [*takewhile(_is_tenant, words or [])] if not tenants else []
    chosen, assignments = choose_known(wfm, names, tenants), (words or [])[len(names) :]

    def wanted(customer: str) -> FieldChange:
        record = wfm.tenants.record(customer)
        given, gone = read_assignments(assignments, record)
        return FieldChange(customer, merged(given, library_fields(record, library, tag)), gone)

    if not assignments and library is None and not tag:
        raise UsageError(f"nothing to set; allowed: {ALLOWED}, --library, --no-library or --tag")
    if len(chosen) == 1:
        one = wanted(chosen[0])
        print_change(wfm, wfm.tenants.change(one.customer_id, one.fields, one.gone), seconds, as_json=as_json)
        return
    changes = _checked(wfm, _with_records(wfm, chosen), wanted)
    lines = [f"{one.customer_id} is {status}: {action}" for one, status, action in changes]
    confirm([f"{len(lines)} tenants: {', '.join(assignments) or 'the library or tags'}", *lines], "Go on?", yes=yes)
    changing = wfm.tenants.change_many([one for one, *_ in changes])
    changed = list(counted(changing, len(changes), "changing"))
    if seconds is not None:
        changed = follow(wfm, changed, seconds, "onboarding")
    show(changed, "done", as_json=as_json)


def _is_tenant(word: str) -> bool:
    """Whether it says whom, and not what; `limit 3` is a slip of `limit=3`."""
    return "=" not in word and word not in SHORT_NAMES


def _with_records(wfm: Wfm, chosen: Sequence[str]) -> dict[str, str]:
    """The status of each. Those that were removed have no record to be changed, and are named."""
    statuses = {tenant.customer_id: tenant.status for tenant in wfm.tenants.list()}
    gone = [name for name in chosen if statuses[name] in LEAVING]
    if gone:
        print_note(f"left out are those that were removed: {', '.join(gone)}")
    return {name: statuses[name] for name in chosen if name not in gone}


def _checked(
    wfm: Wfm, chosen: Mapping[str, str], wanted: Callable[[str], FieldChange]
) -> list[tuple[FieldChange, str, str]]:
    """The change of each, with the tenant's status and what writing it does; InvalidFilesError names all problems."""
    found, problems = list[tuple[FieldChange, str, str]](), list[str]()
    for customer, status in counted(chosen.items(), len(chosen), "checking"):
        try:
            one = wanted(customer)
            _refuse_single(one)
            found.append((one, status, wfm.tenants.preview_change(one)))
        except WfmError as exc:
            problems.append(f"{customer}: {exc}")
    if problems:
        raise InvalidFilesError(problems)
    return found


def _refuse_single(wanted: FieldChange) -> None:
    """UsageError for fields that can only be right for one tenant."""
    given = [name for name in OF_ONE_TENANT if name in wanted.fields]
    if given:
        raise UsageError(f"{', '.join(given)}: is one tenant's; allowed with many: other fields")
