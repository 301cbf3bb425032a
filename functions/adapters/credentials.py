"""Access tokens from Login with Amazon, one per `authId`, kept until shortly before they expire.

Token addresses, grant and errors: Amazon's access token guide. An access token lasts an hour.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import urllib3

from functions.adapters.http import HttpClient
from functions.domain.errors import AmcUnavailable, CredentialsRefused

EXPIRY_MARGIN_SECONDS: Final = 300.0


class AccessTokens:
    """`secret` gives authId -> {client_id, client_secret, refresh_token}; `token_urls` an address per region."""

    def __init__(
        self, http: HttpClient, secret: Callable[[], Mapping[str, Any]], token_urls: Mapping[str, str]
    ) -> None:
        self._http = http
        self._secret = secret
        self._token_urls = token_urls
        self._cached: dict[str, tuple[str, str, float]] = {}

    def get(self, auth_id: str, region: str) -> tuple[str, str]:
        """`(client_id, access_token)`."""
        client_id, token, expires = self._cached.get(auth_id, ("", "", 0.0))
        if time.monotonic() > expires - EXPIRY_MARGIN_SECONDS:
            client_id, token, expires = self._cached[auth_id] = self._refresh(auth_id, region)
        return client_id, token

    def forget(self, auth_id: str) -> None:
        """AMC did not take the token: the next one is fetched anew."""
        self._cached.pop(auth_id, None)

    def _refresh(self, auth_id: str, region: str) -> tuple[str, str, float]:
        credentials = self._secret().get(auth_id)
        if not credentials:
            raise CredentialsRefused(f"authId: {auth_id!r} is not in the credentials secret")
        form = {name: credentials.get(name, "") for name in ("client_id", "client_secret", "refresh_token")}
        status, answer = self._ask(self._token_urls[region], {"grant_type": "refresh_token", **form})
        if status != 200:
            text = answer.get("error_description") or answer.get("error") or f"status {status}"
            raise CredentialsRefused(f"Login with Amazon refused authId {auth_id!r}: {text}")
        if not answer.get("access_token"):
            raise AmcUnavailable("Login with Amazon answered without an access token", sent=False)
        expires = time.monotonic() + float(answer.get("expires_in", 3600))
        return credentials["client_id"], answer["access_token"], expires

    def _ask(self, url: str, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        try:
            response = self._http.request("POST", url, fields=form, encode_multipart=False)
            answer = json.loads(response.data)
        except (urllib3.exceptions.HTTPError, ValueError) as exc:
            raise AmcUnavailable(f"Login with Amazon did not answer ({type(exc).__name__})", sent=False) from exc
        if response.status == 429 or response.status >= 500:
            raise AmcUnavailable(f"Login with Amazon answered {response.status}", sent=False)
        return response.status, answer if isinstance(answer, dict) else {}
