"""Access tokens by `authId`: in memory, and in a table that all Lambdas share; one Lambda refreshes for all.

A company often has one client id, and Login with Amazon throttles by client id.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from functions.amc.login_with_amazon import LoginWithAmazon
from wfm.model.credentials import AccessToken, find_credentials
from wfm.store.access_tokens_table import AccessTokensTable

EXPIRY_MARGIN_SECONDS: Final = 300.0
REREAD_SECONDS: Final = 60.0  # a Lambda may use a token so long after `wfm auth` has replaced it
WAIT_SECONDS: Final = 10.0  # for another's refresh, before asking for a token of one's own
PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Clock:
    """Seconds since 1970, and a sleep; tests pass their own."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


class AccessTokens:
    """`secret` returns the secret's text, None while it has no value."""

    def __init__(
        self,
        login: LoginWithAmazon,
        table: AccessTokensTable,
        secret: Callable[[], str | None],
        clock: Clock | None = None,
    ) -> None:
        self._login = login
        self._table = table
        self._secret = secret
        self._clock = clock or Clock()
        self._known: dict[str, tuple[AccessToken, float]] = {}

    def get(self, auth_id: str, region: str) -> tuple[str, str]:
        """`(client_id, access_token)`; CredentialsRefused, or AmcUnavailable with `sent` False."""
        now = self._clock.now()
        token, read_at = self._known.get(auth_id, (None, 0.0))
        if token is None or now > read_at + REREAD_SECONDS or not _is_fresh(token, now):
            token = self._shared(auth_id, region)
            self._known[auth_id] = (token, self._clock.now())
        return token.client_id, token.value

    def forget(self, auth_id: str, token: str) -> None:
        """Drop a token that AMC refused, from memory and table; a newer one stays."""
        known, _ = self._known.get(auth_id, (None, 0.0))
        if known is not None and known.value == token:
            del self._known[auth_id]
        self._table.forget(auth_id, token)

    def _shared(self, auth_id: str, region: str) -> AccessToken:
        """The table's token. An old one is refreshed, by this Lambda or by the one that holds the lease."""
        deadline = self._clock.now() + WAIT_SECONDS
        while True:
            now = self._clock.now()
            seen = self._table.find(auth_id)
            if seen and _is_fresh(seen, now):
                return seen
            lease = self._table.begin_refresh(auth_id, seen, now)
            if lease is not None:
                return self._refresh(auth_id, region, lease)
            if now >= deadline:
                return self._fetch(auth_id, region)
            self._clock.sleep(PAUSE_SECONDS)

    def _refresh(self, auth_id: str, region: str, lease: int) -> AccessToken:
        try:
            token = self._fetch(auth_id, region)
        except Exception:
            self._table.give_up(auth_id, lease)
            raise
        self._table.keep(auth_id, token, lease)
        return token

    def _fetch(self, auth_id: str, region: str) -> AccessToken:
        credentials = find_credentials(self._secret(), auth_id)
        return self._login.refresh(auth_id, credentials, region, self._clock.now())


def _is_fresh(token: AccessToken, now: float) -> bool:
    return now <= token.expires_at - EXPIRY_MARGIN_SECONDS
