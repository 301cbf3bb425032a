"""Credentials as a user grants them: Login with Amazon and AMC are a scripted server, the secret is moto's."""

import io
import json
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qs

import pytest

import wfm.cli
from tests.adapters.scripted_server import ScriptedServer
from tests.wfm.granting import Granting, entry
from wfm.client.connection import Connection
from wfm.client.credentials.auth import Auth
from wfm.model.credentials import Credentials

STACK = "wfm-demoteam-amcdataset"
NEW = Credentials("client-1", "hush-1", "Atzr|1")


def will_grant(server: ScriptedServer) -> None:
    """Exchange, refresh, accounts."""
    server.will_answer({"access_token": "Atza|0", "refresh_token": "Atzr|1", "expires_in": 3600})
    server.will_answer({"access_token": "Atza|1", "refresh_token": "Atzr|1", "expires_in": 3600})
    server.will_answer({"amcAccounts": [{"accountId": "ENTITY1", "accountName": "Acme", "marketplaceId": "ATV"}]})


def test_new_credentials_are_used_at_once(granting: Granting) -> None:
    granting.tokens.put_item(Item={"authId": "default", "accessToken": "old"})
    granting.tokens.put_item(Item={"authId": "agency", "accessToken": "other"})

    Auth(Connection(), STACK).keep("default", NEW)

    assert [row["authId"] for row in granting.tokens.scan()["Items"]] == ["agency"]


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Run `wfm auth` with these words and this standard input, in a pipe."""

    def run(*words: str, stdin: str = "") -> Ended:
        monkeypatch.setattr("sys.argv", ["wfm", "auth", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as left:
            wfm.cli.main()
        code = left.value.code
        return Ended(code if isinstance(code, int) else 0, *capsys.readouterr())

    return run


def test_a_grant_is_asked_for_kept_and_proved(
    granting: Granting, server: ScriptedServer, command: Callable[..., Ended]
) -> None:
    granting.put(default=entry(8))
    will_grant(server)

    ended = command("--auth-id", "agency", stdin="client-1\nhush-1\nANabc\n")

    assert (ended.code, ended.out.split()) == (0, ["ACCOUNT", "MARKETPLACE", "NAME", "ENTITY1", "ATV", "Acme"])
    assert "https://www.amazon.com/ap/oa?client_id=client-1&" in ended.err
    assert "SimulatorClient.authorization_code" in ended.err
    assert granting.entries() == {"default": entry(8), "agency": entry(1)}
    exchange, refresh, accounts = server.asked
    assert parse_qs(exchange.body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["ANabc"],
        "redirect_uri": ["https://www.amazon.com"],
        "client_id": ["client-1"],
        "client_secret": ["hush-1"],
    }
    assert parse_qs(refresh.body.decode())["refresh_token"] == ["Atzr|1"]
    assert (accounts.path, accounts.headers["Amazon-Advertising-API-ClientId"]) == ("/api/amc/accounts", "client-1")


def test_nothing_secret_is_printed(
    granting: Granting, server: ScriptedServer, command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    will_grant(server)
    monkeypatch.setenv("WFM_CLIENT_SECRET", "hush-1")

    ended = command("--client-id", "client-1", "--code", "ANabc", "--json")
    listed = command("--list")

    assert json.loads(ended.out) == [{"accountId": "ENTITY1", "marketplaceId": "ATV", "accountName": "Acme"}]
    assert listed.out.split() == ["AUTH", "ID", "CLIENT", "ID", "default", "client-1"]
    everything = ended.out + ended.err + listed.out + listed.err
    assert not any(hidden in everything for hidden in ("hush-1", "Atzr|1", "Atza|"))


def test_a_renewed_grant_keeps_the_stored_application(
    granting: Granting, server: ScriptedServer, command: Callable[..., Ended]
) -> None:
    granting.put(default=entry(1) | {"refresh_token": "Atzr|old"})
    will_grant(server)

    ended = command(stdin="\n\nANabc\n")

    assert ended.code == 0
    assert granting.entries() == {"default": entry(1)}


def test_the_secret_of_one_application_is_not_sent_for_another(
    granting: Granting, server: ScriptedServer, command: Callable[..., Ended]
) -> None:
    granting.put(default=entry(8))

    ended = command("--client-id", "client-1", "--code", "ANabc", stdin="\n")

    assert ended.code == 2
    assert "client secret: is missing" in ended.err
    assert server.asked == []


def test_a_refused_grant_leaves_the_secret_as_it_was(
    granting: Granting, server: ScriptedServer, command: Callable[..., Ended]
) -> None:
    granting.put(default=entry(8))
    server.will_answer({"error": "invalid_grant"}, 400)

    ended = command(stdin="client-1\nhush-1\nANold\n")

    assert ended.code == 2
    assert "did not take the code" in ended.err
    assert granting.entries() == {"default": entry(8)}


def test_a_grant_that_opens_no_account_is_reported(
    granting: Granting, server: ScriptedServer, command: Callable[..., Ended]
) -> None:
    server.will_answer({"access_token": "Atza|0", "refresh_token": "Atzr|1"})
    server.will_answer({"access_token": "Atza|1"})
    server.will_answer({"amcAccounts": []})

    ended = command(stdin="client-1\nhush-1\nANabc\n")

    assert (ended.code, ended.out) == (0, "")
    assert "they open no AMC account" in ended.err


def test_a_refusal_of_amc_is_reported(
    granting: Granting, server: ScriptedServer, command: Callable[..., Ended]
) -> None:
    server.will_answer({"access_token": "Atza|0", "refresh_token": "Atzr|1"})
    server.will_answer({"access_token": "Atza|1"})
    server.will_answer({"message": "Terms and conditions must be accepted to continue"}, 403)

    ended = command(stdin="client-1\nhush-1\nANabc\n")

    assert ended.code == 2
    assert "AMC refused --auth-id 'default' with 403: Terms and conditions" in ended.err


def test_a_host_that_is_not_there_is_reported(
    granting: Granting, server: ScriptedServer, command: Callable[..., Ended]
) -> None:
    server.will_hang_up()

    ended = command(stdin="client-1\nhush-1\nANabc\n")

    assert ended.code == 4
    assert "did not answer" in ended.err
