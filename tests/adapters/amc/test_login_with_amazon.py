import socket
from collections.abc import Callable
from typing import Any

import pytest
import urllib3

from functions.amc.login_with_amazon import LoginWithAmazon
from tests.adapters.scripted_server import ScriptedServer
from wfm.errors import AmcUnavailable, CredentialsRefused
from wfm.model.credentials import AccessToken, Credentials

CREDENTIALS = Credentials("client-2", "hush-2", "refresh-2")


@pytest.fixture
def refresh(server: ScriptedServer, http: urllib3.PoolManager) -> Callable[[], AccessToken]:
    return lambda: LoginWithAmazon(http, {"NA": server.url}).refresh("agency", CREDENTIALS, "NA", 1000.5)


Refresh = Callable[[], AccessToken]


def test_a_token_ends_when_amazon_says_so(refresh: Refresh, server: ScriptedServer) -> None:
    server.will_answer({"access_token": "Atza|1", "expires_in": 60})
    server.will_answer({"access_token": "Atza|2"})

    assert refresh() == AccessToken("client-2", "Atza|1", 1060)
    assert refresh().expires_at == 4600


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (
            400,
            {"error": "invalid_grant", "error_description": "..."},
            r"revoked.*run `wfm auth` again \(invalid_grant\)",
        ),
        (401, {"error": "invalid_client"}, "client_id or client_secret is wrong"),
        (400, {"error": "unauthorized_client"}, "may not use the Amazon Ads API"),
        (400, {"error": "invalid_scope", "error_description": "No such scope"}, r"No such scope \(invalid_scope\)"),
        (403, {}, "status 403"),
    ],
)
def test_refused_credentials_name_the_auth_id_and_what_to_do_and_no_secret(
    refresh: Refresh, server: ScriptedServer, status: int, answer: Any, told: str
) -> None:
    server.will_answer(answer, status)

    with pytest.raises(CredentialsRefused, match=f"'agency': .*{told}") as error:
        refresh()

    assert "hush" not in repr(error.value)
    assert "refresh-2" not in repr(error.value)


def _busy(server: ScriptedServer) -> None:
    server.will_answer({"error": "slow_down"}, 429)


def _broken(server: ScriptedServer) -> None:
    server.will_answer({"error": "server_error"}, 503)


def _too_late(server: ScriptedServer) -> None:
    server.will_answer({"error": "timeout"}, 408)


def _no_json(server: ScriptedServer) -> None:
    server.will_answer(b"<html>", 200)


def _no_token(server: ScriptedServer) -> None:
    server.will_answer({"token_type": "bearer"})


def _no_object(server: ScriptedServer) -> None:
    server.will_answer(["Atza"])


@pytest.mark.parametrize(
    "prepare", [_busy, _broken, _too_late, _no_json, _no_token, _no_object, ScriptedServer.will_hang_up]
)
def test_what_may_pass_is_worth_another_try_and_amc_has_not_been_asked(
    refresh: Refresh, server: ScriptedServer, prepare: Callable[[ScriptedServer], None]
) -> None:
    prepare(server)

    with pytest.raises(AmcUnavailable, match="Login with Amazon") as error:
        refresh()

    assert not error.value.sent
    assert "hush" not in repr(error.value)


def test_a_host_that_cannot_be_reached_is_worth_another_try(http: urllib3.PoolManager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    login = LoginWithAmazon(http, {"NA": f"http://127.0.0.1:{port}"})

    with pytest.raises(AmcUnavailable) as error:
        login.refresh("agency", CREDENTIALS, "NA", 0.0)

    assert not error.value.sent


def test_a_redirect_takes_no_secret_anywhere(refresh: Refresh, server: ScriptedServer) -> None:
    server.will_answer({}, 307, Location=f"{server.url}/elsewhere")

    with pytest.raises(CredentialsRefused, match="status 307"):
        refresh()

    assert len(server.asked) == 1


def test_the_ids_of_a_refused_and_of_a_failed_request_are_reported(refresh: Refresh, server: ScriptedServer) -> None:
    server.will_answer({"error": "invalid_client", "request_id": "r-1"}, 401)
    server.will_answer({}, 503, x_amzn_RequestId="r-2")

    with pytest.raises(CredentialsRefused, match=r"\(invalid_client, request_id r-1\)"):
        refresh()
    with pytest.raises(AmcUnavailable, match=r"answered 503 \(x-amzn-RequestId r-2\)"):
        refresh()
