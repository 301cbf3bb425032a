"""Login with Amazon."""

import pytest

from tests.local.amc_simulator.builders import World


def fields(amc: World, **changes: str) -> dict[str, str]:
    given = {
        "grant_type": "refresh_token",
        "refresh_token": amc.credential.refresh_token,
        "client_id": amc.credential.client_id,
        "client_secret": amc.credential.client_secret,
    }
    return {**given, **changes}


def test_a_refresh_token_gives_an_access_token_for_an_hour_and_stays_the_same(amc: World) -> None:
    body = amc.http.form("/auth/o2/token", fields(amc)).json()

    assert body["access_token"].startswith("Atza|")
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)
    assert body["refresh_token"] == amc.credential.refresh_token


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"refresh_token": "Atzr|wrong"}, 400, "invalid_grant"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_a_bad_token_request_is_refused_by_name(amc: World, changes: dict[str, str], status: int, error: str) -> None:
    reply = amc.http.form("/auth/o2/token", fields(amc, **changes))

    assert (reply.status, reply.json()["error"]) == (status, error)
    assert reply.json()["error_description"]


def test_a_json_body_is_no_token_request(amc: World) -> None:
    reply = amc.http.call("POST", "/auth/o2/token", body=fields(amc))

    assert (reply.status, reply.json()["error"]) == (400, "invalid_request")


def test_a_revoked_refresh_token_names_itself_as_the_reason(amc: World) -> None:
    amc.control("POST", f"/credentials/{amc.credential.client_id}/revoke")

    reply = amc.http.form("/auth/o2/token", fields(amc))

    assert (reply.status, reply.json()["error"]) == (400, "invalid_grant")
    assert "refresh_token" in reply.json()["error_description"]


def test_access_tokens_can_be_made_to_expire_early(amc: World) -> None:
    amc.control("POST", "/access-tokens/expire")

    assert amc.call("GET", "/workflows").status == 401


def test_an_authorization_code_works_once_and_for_five_minutes(amc: World) -> None:
    codes = [amc.control("POST", "/authorization-codes", {"clientId": amc.credential.client_id})["code"] for _ in "ab"]

    def redeem(code: str) -> int:
        return amc.http.form("/auth/o2/token", fields(amc, grant_type="authorization_code", code=code)).status

    first, again = redeem(codes[0]), redeem(codes[0])
    amc.wall.passes(300)

    assert (first, again, redeem(codes[1])) == (200, 400, 400)
