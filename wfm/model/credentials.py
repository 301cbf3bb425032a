"""Login with Amazon credentials by `authId`: what the secret holds, and why Amazon may not take them.

The secret is JSON, `{"default": {"client_id", "client_secret", "refresh_token"}, "<authId>": {...}}`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from wfm.errors import CredentialsRefused
from wfm.model.rows import Document, object_in

DEFAULT_AUTH_ID: Final = "default"


@dataclass(frozen=True)
class Credentials:
    """One Ads API application and what a user granted it. Only `client_id` may be shown."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


def read_secret(text: str | None) -> dict[str, object]:
    """The secret's entries by authId; none while it has no value. CredentialsRefused never repeats its content."""
    try:
        entries = json.loads(text or "{}")
    except ValueError:
        entries = None
    if not isinstance(entries, dict):
        raise CredentialsRefused("the credentials secret is no JSON object by authId")
    return entries


def find_credentials(text: str | None, auth_id: str) -> Credentials:
    """The credentials of an authId; CredentialsRefused says what the secret lacks."""
    entries = read_secret(text)
    if not entries:
        raise CredentialsRefused(f"the credentials secret has no value yet: {_remedy(auth_id)}")
    if auth_id not in entries:
        there = ", ".join(sorted(entries))
        raise CredentialsRefused(f"authId: {auth_id!r} is not in the credentials secret ({there}): {_remedy(auth_id)}")
    entry, names = object_in(entries[auth_id]), [one.name for one in fields(Credentials)]
    values = {name: value for name in names if isinstance(value := entry.get(name), str) and value}
    lacking = [name for name in names if name not in values]
    if lacking:
        raise CredentialsRefused(f"authId {auth_id!r} has no {', '.join(lacking)} in the secret: {_remedy(auth_id)}")
    return Credentials(**values)


def refusal(auth_id: str, status: int, answer: Document) -> CredentialsRefused:
    """What Login with Amazon's refusal of a token means (its error codes: OAuth 2.0, section 5.2)."""
    error = str(answer.get("error") or f"status {status}")
    said = str(answer.get("error_description") or error)
    meaning = _MEANINGS.get(error, said)
    request_id = f", request_id {answer['request_id']}" if answer.get("request_id") else ""
    return CredentialsRefused(f"Login with Amazon refused authId {auth_id!r}: {meaning} ({error}{request_id})")


def _remedy(auth_id: str) -> str:
    return "run `wfm auth`" if auth_id == DEFAULT_AUTH_ID else f"run `wfm auth --auth-id {auth_id}`"


_MEANINGS: Final[Mapping[str, str]] = {
    "invalid_grant": "the grant was revoked, has ended, or is another application's; run `wfm auth` again",
    "invalid_client": "client_id or client_secret is wrong",
    "unauthorized_client": "the application may not use the Amazon Ads API",
}


@dataclass(frozen=True)
class AccessToken:
    """`expires_at` in seconds since 1970."""

    client_id: str
    value: str = field(repr=False)
    expires_at: int
