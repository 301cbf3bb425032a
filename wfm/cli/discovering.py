"""`wfm tenants discover`: the AMC accounts and instances that credentials open, and records for the new ones."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from wfm.cli.exits import fail_by
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.session import client
from wfm.client.credentials.auth import Auth
from wfm.client.credentials.discovered_records import Written, require_folder, write_records
from wfm.client.credentials.discovery import Account, discover

HEADINGS = ["ACCOUNT", "MARKETPLACE", "INSTANCE", "CUSTOMER", "STATUS", "NAME"]


def discover_tenants(
    *,
    context: typer.Context,
    auth_id: Annotated[str, typer.Option(help="The name of the credentials, as `wfm auth` stored them.")] = "default",
    region: Annotated[str, typer.Option(help="NA, EU or FE: which of AMC's hosts is asked.")] = "NA",
    write: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write a TPS record for each instance that is not onboarded; none twice."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the AMC accounts and instances that the credentials open, with what WFM knows of each.

    Exit code 5 if AMC did not list the instances of some accounts, or some records could not be made; 1 of all.
    """
    if write is not None:
        require_folder(write)
    wfm = client(context)
    signed_in = Auth(wfm.connection, wfm.stack).sign_in(auth_id, region)
    found = list(counted(discover(*signed_in, wfm.tenants.by_instance()), None, "asking AMC"))
    _show(found, as_json)
    unlisted = [f"{one.account_id} ({one.marketplace_id}): {one.problem}" for one in found if one.problem]
    written = Written()
    if write is not None:
        written = write_records(found, auth_id, [tenant.customer_id for tenant in wfm.tenants.list()], write)
    _report(unlisted, written)
    there = [*written.written, *written.kept] if written.problems else [one for one in found if not one.problem]
    fail_by(len(unlisted) + len(written.problems), of_all=not there)


def _show(found: Sequence[Account], as_json: bool) -> None:
    if not found:
        print_note("the credentials open no AMC account: is the user in one?")
    if as_json:
        print_json([account.as_json() for account in found])
    elif found:
        print_table(HEADINGS, [row for account in found for row in _rows(account)], 4)


def _rows(account: Account) -> list[list[str]]:
    head = [account.account_id, account.marketplace_id]
    if not account.instances:
        return [[*head, "", "", "not listed" if account.problem else "no instance", account.name]]
    return [[*head, each.instance_id, each.customer_id or "", each.status, each.name] for each in account.instances]


def _report(unlisted: Sequence[str], written: Written) -> None:
    lines = [f"problem: {line}" for line in (*unlisted, *written.problems)]
    lines += [f"exists, left as it is: {path}" for path in written.kept]
    lines += [f"written: {path}" for path in written.written]
    for line in lines:
        print(line, file=sys.stderr)
