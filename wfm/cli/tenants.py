"""`wfm tenants`: list, show, add, change, pause, resume and remove tenants."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from wfm.cli.confirming import confirm
from wfm.cli.discovering import discover_tenants
from wfm.cli.given_files import read_object
from wfm.cli.naming import OneCustomer, Tenant, read_tenant
from wfm.cli.old_spellings import note_old
from wfm.cli.options import OnlyJson, Timeout, Yes
from wfm.cli.output import counted, print_json, print_table
from wfm.cli.session import client
from wfm.cli.tenant_changes import Wait, print_change
from wfm.cli.tenant_folders import add_folder
from wfm.cli.tenant_views import list_tenants, removal, show
from wfm.client.requests.following import RUN_TIMEOUT
from wfm.client.tenants.tenants import ONBOARDING_TIMEOUT
from wfm.client.tenants.tps_fields import ALLOWED, SHORT_NAMES, library_fields, merged, read_assignments
from wfm.errors import UsageError
from wfm.model.availability import DEGRADED
from wfm.model.record_fields import unread_in_customer
from wfm.model.rows import Document
from wfm.model.timeouts import LONGEST_WAIT

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
FOR_A_FOLDER: Final = "--advertiser, --marketplace, --limit, --auth-id, --library, --tag"

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("list")(list_tenants)
app.command("show")(show)
app.command("discover")(discover_tenants)


@app.command()
def add(
    *,
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE.json|DIR", help="A TPS record, or a folder of them; - reads one from the standard input."
        ),
    ] = None,
    customer: Annotated[str | None, typer.Option(help="Customer id: 1 to 40 letters, digits, '-' and '_'.")] = None,
    customer_id: Annotated[str | None, typer.Option(hidden=True)] = None,
    name: Annotated[str | None, typer.Option(help="A text for people.")] = None,
    instance: Annotated[str | None, typer.Option(help="The AMC instance id.")] = None,
    advertiser: Annotated[str | None, typer.Option(help="The AMC account's entity id.")] = None,
    marketplace: Annotated[str | None, typer.Option(help="Amazon's marketplace id.")] = None,
    bucket: Annotated[str | None, typer.Option(help="The bucket to which AMC writes results.")] = None,
    limit: Annotated[str | None, typer.Option(help="AMC runs at a time; 10 if not given.")] = None,
    auth_id: Annotated[str | None, typer.Option(help="The name of the credentials; default if not given.")] = None,
    library: Library = None,
    tag: Tags = None,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Add a tenant by its TPS record, from a file, from options, or both (then the options count).

    What an existing record has and is not given stays. All records of a folder are checked before the first is written;
    only then is confirmation asked for.
    """
    if customer_id:
        note_old("--customer-id", f"--customer {customer_id}")
    given = {
        "customerId": customer or customer_id,
        "customerName": name,
        "amcInstanceId": instance,
        "amcAmazonAdsAdvertiserId": advertiser,
        "amcAmazonAdsMarketplaceId": marketplace,
        "BucketName": bucket,
        "maximumConcurrentWorkflowExecutions": int(limit) if limit and limit.isdecimal() else limit,
        "authId": auth_id,
    }
    given = {field: value for field, value in given.items() if value is not None}

    def complete(record: dict[str, object]) -> dict[str, object]:
        record |= given
        return merged(record, library_fields(record, library, tag))

    seconds = timeout if wait else None
    if file and file != "-" and Path(file).is_dir():
        _refuse_single(given)
        add_folder(client(context), Path(file), complete, yes=yes, timeout=seconds, as_json=as_json)
        return
    record = complete(read_object(file, "FILE", "a", "TPS record") if file else {})
    wfm = client(context)
    for warning in unread_in_customer(record):
        print(f"note: {warning}", file=sys.stderr)
    print_change(wfm, wfm.tenants.put(record), seconds, as_json=as_json)


def _refuse_single(given: Document) -> None:
    """UsageError for options that can only be right for one tenant."""
    options = [option for field, option in OF_ONE_TENANT.items() if field in given]
    if options:
        raise UsageError(f"{', '.join(options)}: is one tenant's; allowed with a folder: {FOR_A_FOLDER}")


@app.command("set")
def change(
    *,
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CUSTOMER FIELD=VALUE...",
            help="FIELD:=JSON for other than texts, FIELD= to take it out. FIELD is a name of the TPS record, such as"
            f" AMC.amcApiEndpoint, or one of {', '.join(SHORT_NAMES)}.",
        ),
    ] = None,
    customer: OneCustomer = None,
    library: Library = None,
    tag: Tags = None,
    wait: Wait = False,
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Change fields of a tenant's TPS record; all others stay as they are."""
    names, fields = (words or [])[:1], (words or [])[1:]
    if customer:
        names, fields = [], words or []
    wfm, customer = client(context), read_tenant(names, customer)
    record = wfm.tenants.record(customer)
    given, gone = read_assignments(fields, record)
    given = merged(given, library_fields(record, library, tag))
    if not given and not gone:
        raise UsageError(f"nothing to set; allowed: {ALLOWED}, --library, --no-library or --tag")
    print_change(wfm, wfm.tenants.change(customer, given, gone), timeout if wait else None, as_json=as_json)


@app.command()
def pause(
    *,
    context: typer.Context,
    words: Tenant = None,
    customer: OneCustomer = None,
    wait: Wait = False,
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Start nothing more in the tenant's AMC instance until it is resumed. Its runs continue.

    Requests wait for 14 days at most: after that they are lost in the queue, or FAILED if they wait for a slot.
    """
    wfm, customer = client(context), read_tenant(words, customer)
    change = wfm.tenants.pause(customer)
    kept_until = datetime.now(UTC) + LONGEST_WAIT
    print(f"{customer}: what is asked for from now on is kept until {kept_until:%Y-%m-%d}", file=sys.stderr)
    print_change(wfm, change, timeout if wait else None, as_json=as_json)


@app.command()
def resume(
    *,
    context: typer.Context,
    words: Tenant = None,
    customer: OneCustomer = None,
    degraded: Annotated[bool, typer.Option("--degraded", help="All tenants that are DEGRADED.")] = False,
    wait: Wait = False,
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Resume a paused tenant; try a DEGRADED one at once."""
    if bool(words or customer) == degraded:
        raise UsageError("CUSTOMER: needs either a customer id or --degraded")
    wfm = client(context)
    if not degraded:
        customer = read_tenant(words, customer)
        print_change(wfm, wfm.tenants.resume(customer), timeout if wait else None, as_json=as_json)
        return
    if wait:
        raise UsageError("--wait: follows one tenant; allowed: without --degraded")
    found = [tenant for tenant in wfm.tenants.list() if tenant.status == DEGRADED]
    changes = counted((wfm.tenants.resume(tenant.customer_id) for tenant in found), len(found), "resuming")
    rows = [[change.customer_id, change.done] for change in changes]
    if as_json:
        print_json([{"customerId": customer_id, "change": done} for customer_id, done in rows])
    else:
        print_table(["CUSTOMER", "CHANGE"], rows, status_column=1)


@app.command()
def remove(
    *,
    context: typer.Context,
    words: Tenant = None,
    customer: OneCustomer = None,
    cancel_runs: Annotated[bool, typer.Option("--cancel-runs", help="Cancel its runs instead of waiting.")] = False,
    delete_workflows: Annotated[bool, typer.Option("--delete-workflows", help="Delete its workflows in AMC.")] = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = RUN_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Remove a tenant from WFM. Its history stays, and it can be added again."""
    wfm, customer = client(context), read_tenant(words, customer)
    if not yes:
        plan = removal(wfm.tenants.details(customer), cancel_runs=cancel_runs, delete_workflows=delete_workflows)
        confirm(plan, f"Remove {customer}?", yes=yes)
    change = wfm.tenants.remove(customer, cancel_runs=cancel_runs, delete_workflows=delete_workflows)
    print_change(wfm, change, timeout if wait else None, as_json=as_json)
