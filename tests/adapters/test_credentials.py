import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import pytest
import urllib3

from functions.adapters.credentials import EXPIRY_MARGIN_SECONDS, AccessTokens
from functions.domain.errors import AmcUnavailable, CredentialsRefused
from tests.adapters.scripted_server import ScriptedServer

SECRET = {
    "default": {"client_id": "client-1", "client_secret": "hush-1", "refresh_token": "refresh-1"},
    "agency": {"client_id": "client-2", "client_secret": "hush-2", "refresh_token": "refresh-2"},
}


class Clock:
    """In place of the module `time`: stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("functions.adapters.credentials.time", clock)
    return clock


@pytest.fixture
def tokens(server: ScriptedServer, http: urllib3.PoolManager, clock: Clock) -> AccessTokens:
    urls = {region: f"{server.url}/{region}/auth/o2/token" for region in ("NA", "EU")}
    return AccessTokens(http, lambda: SECRET, urls)


def will_give(server: ScriptedServer, token: str, expires_in: int = 3600) -> None:
    server.will_answer({"access_token": token, "token_type": "bearer", "expires_in": expires_in})


def test_a_token_is_asked_for_as_amazon_wants_it(tokens: AccessTokens, server: ScriptedServer) -> None:
    will_give(server, "Atza|1")

    assert tokens.get("default", "NA") == ("client-1", "Atza|1")

    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/NA/auth/o2/token")
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["client-1"],
        "client_secret": ["hush-1"],
        "refresh_token": ["refresh-1"],
    }


def test_a_token_is_kept_until_shortly_before_it_expires(
    tokens: AccessTokens, server: ScriptedServer, clock: Clock
) -> None:
    will_give(server, "first")
    will_give(server, "second")

    tokens.get("default", "NA")
    clock.now += 3600 - EXPIRY_MARGIN_SECONDS
    kept = tokens.get("default", "NA")
    clock.now += 0.001
    fresh = tokens.get("default", "NA")

    assert (kept[1], fresh[1]) == ("first", "second")
    assert len(server.asked) == 2


def test_a_fresh_token_is_kept_in_its_turn(tokens: AccessTokens, server: ScriptedServer, clock: Clock) -> None:
    will_give(server, "first")
    will_give(server, "second")

    found = []
    for _ in range(3):
        clock.now += 2000
        found.append(tokens.get("default", "NA")[1])

    assert found == ["first", "first", "second"]


def test_each_auth_id_has_a_token_of_its_own(tokens: AccessTokens, server: ScriptedServer) -> None:
    will_give(server, "first")
    will_give(server, "second")

    found = [tokens.get(auth_id, region) for auth_id, region in (("default", "NA"), ("agency", "EU")) * 2]

    assert found == [("client-1", "first"), ("client-2", "second")] * 2
    assert [asked.path for asked in server.asked] == ["/NA/auth/o2/token", "/EU/auth/o2/token"]
    assert b"refresh-2" in server.asked[1].body


def test_a_forgotten_token_is_fetched_anew_and_no_other(tokens: AccessTokens, server: ScriptedServer) -> None:
    for token in ("first", "second", "third"):
        will_give(server, token)
    tokens.get("default", "NA")
    tokens.get("agency", "NA")

    tokens.forget("default")
    tokens.forget("nobody")

    assert tokens.get("default", "NA")[1] == "third"
    assert tokens.get("agency", "NA")[1] == "second"


def test_credentials_that_were_replaced_are_used_at_the_next_refresh(
    server: ScriptedServer, http: urllib3.PoolManager, clock: Clock
) -> None:
    secret: dict[str, Mapping[str, Any]] = {"default": SECRET["default"]}
    tokens = AccessTokens(http, lambda: secret, {"NA": server.url})
    will_give(server, "first")
    tokens.get("default", "NA")

    secret["default"] = SECRET["agency"]
    tokens.forget("default")
    will_give(server, "second")

    assert tokens.get("default", "NA") == ("client-2", "second")


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (400, {"error": "invalid_grant", "error_description": "The refresh token is invalid"}, "The refresh token is"),
        (401, {"error": "invalid_client"}, "invalid_client"),
        (403, {}, "status 403"),
    ],
)
def test_refused_credentials_name_the_auth_id_and_amazons_reason_and_no_secret(
    tokens: AccessTokens, server: ScriptedServer, status: int, answer: Any, told: str
) -> None:
    server.will_answer(answer, status)

    with pytest.raises(CredentialsRefused, match=f"'agency': {told}") as error:
        tokens.get("agency", "NA")

    assert "hush" not in repr(error.value)
    assert "refresh-2" not in repr(error.value)


def test_an_auth_id_without_credentials_is_refused_unasked(tokens: AccessTokens, server: ScriptedServer) -> None:
    with pytest.raises(CredentialsRefused, match="'nobody' is not in the credentials secret"):
        tokens.get("nobody", "NA")

    assert server.asked == []


def test_a_refusal_is_not_kept(tokens: AccessTokens, server: ScriptedServer) -> None:
    server.will_answer({"error": "invalid_grant"}, 400)
    will_give(server, "after all")

    with pytest.raises(CredentialsRefused):
        tokens.get("default", "NA")

    assert tokens.get("default", "NA")[1] == "after all"


def _busy(server: ScriptedServer) -> None:
    server.will_answer({"error": "slow_down"}, 429)


def _broken(server: ScriptedServer) -> None:
    server.will_answer({"error": "server_error"}, 503)


def _no_json(server: ScriptedServer) -> None:
    server.will_answer(b"<html>", 200)


@pytest.mark.parametrize("prepare", [_busy, _broken, _no_json, ScriptedServer.will_hang_up])
def test_what_may_pass_is_worth_another_try_and_amc_has_not_been_asked(
    tokens: AccessTokens, server: ScriptedServer, prepare: Callable[[ScriptedServer], None]
) -> None:
    prepare(server)

    with pytest.raises(AmcUnavailable, match="Login with Amazon") as error:
        tokens.get("default", "NA")

    assert not error.value.sent
    assert "hush" not in repr(error.value)


def test_a_host_that_cannot_be_reached_is_worth_another_try(http: urllib3.PoolManager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    tokens = AccessTokens(http, lambda: SECRET, {"NA": f"http://127.0.0.1:{port}"})

    with pytest.raises(AmcUnavailable) as error:
        tokens.get("default", "NA")

    assert not error.value.sent


@pytest.mark.parametrize("answer", [{"token_type": "bearer"}, ["Atza"]])
def test_an_answer_without_a_token_is_worth_another_try(
    tokens: AccessTokens, server: ScriptedServer, answer: Any
) -> None:
    server.will_answer(answer)

    with pytest.raises(AmcUnavailable):
        tokens.get("default", "NA")
