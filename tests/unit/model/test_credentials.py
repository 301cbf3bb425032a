import json
from typing import Any

import pytest

from wfm.errors import CredentialsRefused
from wfm.model.credentials import Credentials, find_credentials, read_secret, refusal

ENTRY = {"client_id": "client-1", "client_secret": "hush-1", "refresh_token": "refresh-1"}


def test_credentials_are_found_by_their_auth_id() -> None:
    text = json.dumps({"default": ENTRY, "agency": ENTRY | {"client_id": "client-2"}})

    assert find_credentials(text, "agency") == Credentials("client-2", "hush-1", "refresh-1")


@pytest.mark.parametrize("text", [None, "", "{}"])
def test_a_secret_without_a_value_says_which_command_to_run(text: str | None) -> None:
    assert read_secret(text) == {}
    with pytest.raises(CredentialsRefused, match=r"has no value yet: run `wfm auth`$"):
        find_credentials(text, "default")


def test_an_unknown_auth_id_is_told_with_those_that_there_are() -> None:
    with pytest.raises(CredentialsRefused, match=r"'agency' .* \(default\): run `wfm auth --auth-id agency`"):
        find_credentials(json.dumps({"default": ENTRY}), "agency")


@pytest.mark.parametrize("text", ["hush-1", "[]", '"hush-1"', '{"default": hush-1}'])
def test_a_secret_that_cannot_be_read_is_not_repeated(text: str) -> None:
    with pytest.raises(CredentialsRefused, match="no JSON object") as error:
        find_credentials(text, "default")

    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    ("entry", "lacking"),
    [
        (ENTRY | {"client_secret": ""}, "client_secret"),
        (ENTRY | {"refresh_token": 7}, "refresh_token"),
        ({"client_id": "client-1"}, "client_secret, refresh_token"),
        ("hush-1", "client_id, client_secret, refresh_token"),
    ],
)
def test_what_an_entry_lacks_is_named(entry: Any, lacking: str) -> None:
    with pytest.raises(CredentialsRefused, match=f"'default' has no {lacking} in the secret") as error:
        find_credentials(json.dumps({"default": entry}), "default")

    assert "hush" not in str(error.value)


def test_a_refusal_keeps_amazons_code() -> None:
    told = str(refusal("agency", 400, {"error": "invalid_grant", "error_description": "long"}))

    assert told.startswith("Login with Amazon refused authId 'agency': the grant was revoked")
    assert told.endswith("(invalid_grant)")


def test_only_the_client_id_is_shown() -> None:
    assert repr(Credentials("client-1", "hush-1", "refresh-1")) == "Credentials(client_id='client-1')"
