"""`wfm tenants export` and `import`: a tenant from one deployment to another one."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from wfm.cli.exits import fail_by
from wfm.cli.given_files import read_object
from wfm.cli.naming import OneCustomer, Tenant, read_tenant
from wfm.cli.options import OnlyJson, Timeout
from wfm.cli.output import print_json, print_table
from wfm.cli.session import client
from wfm.client.copies.copies import TenantCopy
from wfm.client.tenants.onboarding import ONBOARDING_TIMEOUT


def export_tenant(
    context: typer.Context,
    words: Tenant = None,
    customer: OneCustomer = None,
    history: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write all of its rows there too, as JSON lines.")
    ] = None,
) -> None:
    """Print a tenant as JSON for `import`: TPS record, own workflows and schedules, learnt durations.

    What the library brought is left out, since a push brings it. SQL and parameters are in it, no secret.
    """
    wfm, customer = client(context), read_tenant(words, customer)
    copy = wfm.copies.take(customer)
    for done in wfm.export.write(history, customer_id=customer) if history else ():
        print(f"exported: {done.rows} rows of {done.table} to {done.path}", file=sys.stderr)
    if copy.library:
        print(f"left to the library: {', '.join(copy.library)}", file=sys.stderr)
    print_json(copy.as_json())


def import_tenant(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE.json", help="What `export` printed; - is the standard input.")],
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Onboard an exported tenant as PAUSED, and write its workflows and schedules.

    Nothing fires or runs until `wfm tenants resume`. It can be repeated; what the tenant has here beside that stays.
    Exit code 5 if some parts were not written, 1 if the tenant was not onboarded.
    """
    copy = TenantCopy.read(read_object(file, "FILE", "a", "tenant that was exported"))
    wfm = client(context)
    done = list(wfm.copies.write(copy, timeout))
    if as_json:
        print_json([each.as_json() for each in done])
    else:
        print_table(
            ["KIND", "NAME", "DONE", "PROBLEM"], [[each.kind, each.name, each.done, each.problem] for each in done], 2
        )
        if copy.library:
            print(f"left to the library: {', '.join(copy.library)}", file=sys.stderr)
    failed = len([each for each in done if each.problem])
    fail_by(failed, of_all=failed == len(done))
