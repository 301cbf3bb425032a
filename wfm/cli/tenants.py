"""`wfm tenants`: list, show, add, change, pause, resume and remove tenants."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from wfm.cli.confirming import confirm
from wfm.cli.discovering import discover_tenants
from wfm.cli.given_files import read_object
from wfm.cli.many_tenants import follow
from wfm.cli.many_tenants import show as show_many
from wfm.cli.naming import Tenants, TenantWords, choose_tenants
from wfm.cli.notes import print_note
from wfm.cli.old_spellings import note_old
from wfm.cli.options import OnlyJson, Timeout, Yes
from wfm.cli.output import counted
from wfm.cli.session import client
from wfm.cli.tenant_changes import Wait, print_change
from wfm.cli.tenant_copies import export_tenant, import_tenant
from wfm.cli.tenant_fields import OF_ONE_TENANT, Library, Tags, set_fields
from wfm.cli.tenant_folders import add_many
from wfm.cli.tenant_removal import remove
from wfm.cli.tenant_views import list_tenants, show
from wfm.client.tenants.changed import Changed
from wfm.client.tenants.onboarding import ONBOARDING_TIMEOUT
from wfm.client.tenants.tps_fields import library_fields, merged
from wfm.client.wfm import Wfm
from wfm.errors import UsageError
from wfm.model.availability import DEGRADED
from wfm.model.record_fields import unread_in_customer
from wfm.model.rows import Document
from wfm.model.timeouts import LONGEST_WAIT

FOR_MANY: Final = "--advertiser, --marketplace, --limit, --auth-id, --library, --tag"

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("list")(list_tenants)
app.command("show")(show)
app.command("discover")(discover_tenants)
app.command("export")(export_tenant)
app.command("import")(import_tenant)
app.command("set")(set_fields)
app.command("remove")(remove)


@app.command()
def add(
    *,
    context: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE.json|DIR]...", help="TPS records, or folders of them; - reads one from the standard input."
        ),
    ] = None,
    customer: Annotated[str | None, typer.Option(help="Customer id: 1 to 40 letters, digits, '-' and '_'.")] = None,
    customer_id: Annotated[str | None, typer.Option(hidden=True)] = None,
    name: Annotated[str | None, typer.Option(help="A text for people.")] = None,
    instance: Annotated[str | None, typer.Option(help="The AMC instance id, such as amcacme1234.")] = None,
    advertiser: Annotated[str | None, typer.Option(help="The AMC account's id, such as ENTITY1AA1AA11AAA1.")] = None,
    marketplace: Annotated[str | None, typer.Option(help="Amazon's marketplace, such as ATVPDKIKX0DER.")] = None,
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
    """Add tenants by their TPS records, from files, from options, or both (then the options count).

    Fields of an existing record that are not given stay. All of many records are checked, and confirmation is asked
    for, before the first is written.

    For example: `wfm tenants add records/ --library --wait`
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
    file = files[0] if files else None
    if files and (len(files) > 1 or (file != "-" and Path(files[0]).is_dir())):
        _refuse_single(given)
        add_many(client(context), files, complete, yes=yes, timeout=seconds, as_json=as_json)
        return
    record = complete(read_object(file, "FILE", "a", "TPS record") if file else {})
    wfm = client(context)
    for warning in unread_in_customer(record):
        print_note(warning)
    print_change(wfm, wfm.tenants.put(record), seconds, as_json=as_json)


def _refuse_single(given: Document) -> None:
    """UsageError for options that can only be right for one tenant."""
    options = [option for field, option in OF_ONE_TENANT.items() if field in given]
    if options:
        raise UsageError(f"{', '.join(options)}: is one tenant's; allowed with many: {FOR_MANY}")


@app.command()
def pause(
    *,
    context: typer.Context,
    words: TenantWords = None,
    tenants: Tenants = None,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Start nothing more in the AMC instance of a tenant, or of many, until it is resumed. Its runs continue.

    Requests wait for 14 days at most: after that they are lost in the queue, or FAILED if they wait for a slot.
    """
    wfm, kept_until = client(context), datetime.now(UTC) + LONGEST_WAIT
    seconds = timeout if wait else None
    chosen = choose_tenants(wfm, words, tenants)
    if len(chosen) > 1:
        _confirm(wfm, chosen, "Pause", yes=yes)
        print(f"what is asked of them from now on is kept until {kept_until:%Y-%m-%d}", file=sys.stderr)
        _finish(wfm, wfm.tenants.pause_many(chosen, wfm.aws.caller), len(chosen), "paus", seconds, as_json=as_json)
        return
    change = wfm.tenants.pause(chosen[0], wfm.aws.caller)
    print(f"{chosen[0]}: what is asked for from now on is kept until {kept_until:%Y-%m-%d}", file=sys.stderr)
    print_change(wfm, change, seconds, as_json=as_json)


def _confirm(wfm: Wfm, chosen: Sequence[str], verb: str, *, yes: bool) -> None:
    statuses = {tenant.customer_id: tenant.status for tenant in wfm.tenants.list()}
    lines = [f"{name} is {statuses.get(name)}" for name in chosen]
    confirm([f"{len(chosen)} tenants:", *lines], f"{verb} them?", yes=yes)


def _finish(
    wfm: Wfm, changing: Iterable[Changed], count: int, stem: str, timeout: float | None, *, as_json: bool
) -> None:
    """Do it, follow it for `timeout` seconds if that is given, and sum up. `stem` is of the verb: `paus`, `resum`."""
    changed = list(counted(changing, count, f"{stem}ing"))
    if timeout is not None:
        changed = follow(wfm, changed, timeout, f"{stem}ing")
    show_many(changed, f"{stem}ed", as_json=as_json)


@app.command()
def resume(
    *,
    context: typer.Context,
    words: TenantWords = None,
    tenants: Tenants = None,
    degraded: Annotated[bool, typer.Option("--degraded", help="All tenants that are DEGRADED.")] = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = ONBOARDING_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Resume paused tenants; try DEGRADED ones at once."""
    if bool(words or tenants) == degraded:
        raise UsageError("CUSTOMER: needs either customer ids, tag:NAME or all, or --degraded")
    wfm, seconds = client(context), timeout if wait else None
    if degraded:
        found = [tenant.customer_id for tenant in wfm.tenants.list() if tenant.status == DEGRADED]
        _finish(wfm, wfm.tenants.resume_many(found, wfm.aws.caller), len(found), "resum", seconds, as_json=as_json)
        return
    chosen = choose_tenants(wfm, words, tenants)
    if len(chosen) > 1:
        _confirm(wfm, chosen, "Resume", yes=yes)
        _finish(wfm, wfm.tenants.resume_many(chosen, wfm.aws.caller), len(chosen), "resum", seconds, as_json=as_json)
        return
    print_change(wfm, wfm.tenants.resume(chosen[0], wfm.aws.caller), seconds, as_json=as_json)
