"""Login with Amazon: access tokens for a refresh token or an authorization code.

[LWA pages; error bodies: practitioners]
"""

import secrets
from dataclasses import dataclass
from typing import Any

from local.amc_simulator.documents import Document

CODE_SECONDS = 300
_GRANT_REFUSED = (
    "The request has an invalid grant parameter : {name}. User may have revoked or didn't grant the permission."
)


class Credential(Document):
    """A client and its grant. `entityIds` None means that the grant covers every AMC account."""

    client_id: str = "amzn1.application-oa2-client.simulated"
    client_secret: str = "simulated-secret"  # noqa: S105 - invented
    refresh_token: str = "Atzr|simulated"  # noqa: S105 - invented
    entity_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class _Grant:
    client_id: str
    ends_at: float


class TokenService:
    """All credentials, codes and access tokens.

    A refresh token lives until it is revoked and comes back unchanged.
    """

    def __init__(self) -> None:
        self._credentials: dict[str, Credential] = {}
        self._codes: dict[str, _Grant] = {}
        self._access: dict[str, _Grant] = {}
        self._revoked: set[str] = set()

    def add(self, credential: Credential) -> None:
        """Make a client known, or change it; a revoked refresh token that is added again works again."""
        self._credentials[credential.client_id] = credential
        self._revoked.discard(credential.refresh_token)

    def revoke(self, client_id: str) -> bool:
        """Take the user's permission away: refreshing fails, tokens already out live on.

        False for an unknown client.
        """
        credential = self._credentials.get(client_id)
        if credential:
            self._revoked.add(credential.refresh_token)
        return credential is not None

    def expire_access_tokens(self) -> None:
        """Every access token is too old from now on."""
        self._access.clear()

    def new_code(self, client_id: str, now: float) -> str:
        """An authorization code as the consent page hands out: single use, five minutes."""
        code = f"AN{secrets.token_hex(9)}"
        self._codes[code] = _Grant(client_id, now + CODE_SECONDS)
        return code

    def credential_of(self, access_token: str, now: float) -> Credential | None:
        """Whose token that is; None if unknown or expired."""
        grant = self._access.get(access_token)
        return self._credentials.get(grant.client_id) if grant and now < grant.ends_at else None

    def grant(self, form: dict[str, str], now: float, lifetime: int) -> tuple[int, dict[str, Any]]:
        """Answer a token request: status and body."""
        kind = form.get("grant_type")
        if kind not in ("refresh_token", "authorization_code"):
            return _error(
                400,
                *(("unsupported_grant_type", f"Unsupported grant type: {kind}") if kind else _missing("grant_type")),
            )
        name = "code" if kind == "authorization_code" else "refresh_token"
        for field in (name, "client_id", "client_secret"):
            if not form.get(field):
                return _error(400, *_missing(field))
        credential = self._credentials.get(form["client_id"])
        if not credential or not secrets.compare_digest(
            credential.client_secret.encode(), form["client_secret"].encode()
        ):
            return _error(401, "invalid_client", "Client authentication failed")
        secret = form[name]
        valid = self._redeems(secret, credential, now) if name == "code" else self._refreshes(secret, credential)
        if not valid:
            return _error(400, "invalid_grant", _GRANT_REFUSED.format(name=name))
        return 200, self._issue(credential, now, lifetime)

    def _redeems(self, code: str, credential: Credential, now: float) -> bool:
        grant = self._codes.pop(code, None)
        return grant is not None and grant.client_id == credential.client_id and now < grant.ends_at

    def _refreshes(self, token: str, credential: Credential) -> bool:
        return token == credential.refresh_token and token not in self._revoked

    def _issue(self, credential: Credential, now: float, lifetime: int) -> dict[str, Any]:
        self._forget_expired(now)
        token = f"Atza|{secrets.token_urlsafe(32)}"
        self._access[token] = _Grant(credential.client_id, now + lifetime)
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": lifetime,
            "refresh_token": credential.refresh_token,
        }

    def _forget_expired(self, now: float) -> None:
        while self._access and next(iter(self._access.values())).ends_at <= now:
            del self._access[next(iter(self._access))]


def _missing(field: str) -> tuple[str, str]:
    return "invalid_request", f"The request is missing a required parameter : {field}"


def _error(status: int, error: str, description: str) -> tuple[int, dict[str, Any]]:
    body: dict[str, Any] = {
        "error": error,
        "error_description": description,
        "request_id": secrets.token_hex(16),
    }
    if error == "invalid_grant":
        body["error_index"] = "0"
    return status, body
