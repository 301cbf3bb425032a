"""Login with Amazon, Amazon's OAuth server: it gives an access token for a refresh token.

Addresses, form fields and errors are those of its "Access Token" guide.
"""

import json
from collections.abc import Mapping
from typing import Any

import urllib3

from functions.amc.answers import may_pass, request_ids
from functions.amc.http import HttpClient
from wfm.errors import AmcUnavailable, in_brackets
from wfm.model.credentials import AccessToken, Credentials, refusal

_LIFETIME = 3600  # seconds, when the answer does not say


class LoginWithAmazon:
    """`token_urls` has an address per region; a token of one region works in all."""

    def __init__(self, http: HttpClient, token_urls: Mapping[str, str]) -> None:
        self._http = http
        self._token_urls = token_urls

    def refresh(self, auth_id: str, credentials: Credentials, region: str, now: float) -> AccessToken:
        """A new token; CredentialsRefused, or AmcUnavailable with `sent` False, since AMC was not asked."""
        form = {
            "grant_type": "refresh_token",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "refresh_token": credentials.refresh_token,
        }
        status, answer = self._ask(self._token_urls[region], form)
        if status != 200:
            raise refusal(auth_id, status, answer)
        if not answer.get("access_token"):
            raise AmcUnavailable("Login with Amazon answered without an access token", sent=False)
        lifetime = float(answer.get("expires_in", _LIFETIME))
        return AccessToken(credentials.client_id, str(answer["access_token"]), int(now + lifetime))

    def _ask(self, url: str, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        try:
            response = self._http.request("POST", url, fields=form, encode_multipart=False, redirect=False)
            answer = json.loads(response.data)
        except (urllib3.exceptions.HTTPError, ValueError) as exc:
            raise AmcUnavailable(f"Login with Amazon did not answer ({type(exc).__name__})", sent=False) from exc
        if response.status == 429 or may_pass(response.status):
            message = f"Login with Amazon answered {response.status}{in_brackets(request_ids(response))}"
            raise AmcUnavailable(message, sent=False)
        return response.status, answer if isinstance(answer, dict) else {}
