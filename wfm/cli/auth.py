"""`wfm auth`: a user lets WFM act for them in AMC."""

import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlsplit

import typer

from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import print_json, print_table
from wfm.cli.session import client
from wfm.client.credentials.amc_access import Hosts
from wfm.client.credentials.auth import Auth
from wfm.client.credentials.login import Login, consent_address, read_code
from wfm.errors import UsageError
from wfm.model.rows import Document

app = typer.Typer(add_completion=False)


@app.command()
def auth(
    *,
    context: typer.Context,
    auth_id: Annotated[
        str, typer.Option(help="Name of the credentials; TPS records refer to it by authId.")
    ] = "default",
    region: Annotated[str, typer.Option(help="NA, EU or FE: where the user signs in.")] = "NA",
    client_id: Annotated[
        str | None, typer.Option(envvar="WFM_CLIENT_ID", help="Of the Ads API application; asked for if not given.")
    ] = None,
    redirect_uri: Annotated[
        str, typer.Option(help="One of the application's allowed return addresses.")
    ] = "https://www.amazon.com",
    code: Annotated[str | None, typer.Option(help="An authorization code; asked for if not given.")] = None,
    list_ids: Annotated[bool, typer.Option("--list", help="Only show which credentials there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a user allow WFM to use AMC in their name; store and verify the credentials.

    The client secret comes from WFM_CLIENT_SECRET, or is asked for: on a command line, others could read it. What is
    asked for is read from standard input, line by line, when that is no terminal.
    """
    wfm = client(context)
    opened = Auth(wfm.connection, wfm.stack)
    if list_ids:
        _show_ids(opened.auth_ids(), as_json)
        return
    if not auth_id.strip():
        raise UsageError("--auth-id: is empty; allowed: the name that TPS records give as authId")
    _grant(opened, auth_id, region, (client_id, redirect_uri, code))
    print(f"stored under authId {auth_id}", file=sys.stderr)
    _show_accounts(opened.verify(auth_id, region), as_json)


def _grant(opened: Auth, auth_id: str, region: str, given: tuple[str | None, str, str | None]) -> None:
    client_id, redirect_uri, code = given
    hosts = opened.hosts(region)
    stored_id, stored_secret = opened.application(auth_id)
    client_id = client_id or _ask("Client id", stored_id)
    kept = stored_secret if client_id == stored_id else ""
    client_secret = os.environ.get("WFM_CLIENT_SECRET") or _ask("Client secret", kept, hidden=True)
    state = secrets.token_urlsafe(16)
    if code is None:
        _explain(consent_address(hosts, client_id, redirect_uri, state), hosts, client_id)
        code = _ask("Address or code")
    code = read_code(code, state)
    opened.keep(auth_id, Login(hosts).exchange(auth_id, client_id, client_secret, code, redirect_uri))


def _explain(consent: str, hosts: Hosts, client_id: str) -> None:
    if not hosts.are_amazons:
        address = urlsplit(hosts.token)
        print(
            f"This deployment speaks to the AMC simulator, which hands out codes itself:\n"
            f"  curl -X POST {address.scheme}://{address.netloc}/_simulator/authorization-codes"
            f" -H 'Content-Type: application/json' -d '{{\"clientId\": \"{client_id}\"}}'\n"
            f"(in Python: SimulatorClient.authorization_code). With Amazon, the address would be:",
            file=sys.stderr,
        )
    else:
        print("Open this address as a user of the AMC accounts, and allow it:", file=sys.stderr)
    print(f"\n  {consent}\n\nThen paste the address that you are sent to, or only its code.", file=sys.stderr)


def _ask(what: str, kept: str = "", *, hidden: bool = False) -> str:
    """A line from the user; Enter keeps what is stored. UsageError if there is neither."""
    if sys.stdin.isatty():
        asked = f"{what} (Enter keeps {'the stored one' if hidden else kept})" if kept else what
        answer = str(typer.prompt(asked, default=kept or None, hide_input=hidden, show_default=False, err=True))
    else:
        answer = sys.stdin.readline()
    answer = answer.strip() or kept
    if not answer:
        raise UsageError(
            f"{what.lower()}: is missing; allowed: an option, the environment, or a line of standard input"
        )
    return answer


def _show_ids(found: Mapping[str, str], as_json: bool) -> None:
    if as_json:
        print_json([{"authId": auth_id, "clientId": client_id} for auth_id, client_id in found.items()])
    else:
        print_table(["AUTH ID", "CLIENT ID"], [[auth_id, client_id] for auth_id, client_id in found.items()], 0)


def _show_accounts(accounts: Sequence[Document], as_json: bool) -> None:
    if not accounts:
        print_note("Amazon takes the credentials, but they open no AMC account: is the user in one?")
    names = ("accountId", "marketplaceId", "accountName")
    if as_json:
        print_json([{name: account.get(name) for name in names} for account in accounts])
    elif accounts:
        rows = [[str(account.get(name) or "") for name in names] for account in accounts]
        print_table(["ACCOUNT", "MARKETPLACE", "NAME"], rows, 0)
