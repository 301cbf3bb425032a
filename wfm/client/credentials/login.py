"""A user's grant from Login with Amazon: the consent address, the code, the tokens, and what they open."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import urllib3

from wfm.client.credentials.amc_access import Hosts
from wfm.errors import CredentialsRefused, UnreachableError, UsageError
from wfm.model.credentials import Credentials, refusal
from wfm.model.rows import Document, list_in, object_in

SCOPE: Final = "advertising::campaign_management"  # AMC's reporting needs no other (Amazon's migration guide)
MAX_PAGES: Final = 100
MAX_PAUSES: Final = 3  # of one request that is throttled
LONGEST_PAUSE: Final = 10  # seconds of a Retry-After that a person waits
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def consent_address(hosts: Hosts, client_id: str, redirect_uri: str, state: str) -> str:
    """Where a user allows the application to act in their name."""
    query = {
        "client_id": client_id,
        "scope": SCOPE,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{hosts.consent}?{urlencode(query)}"


def read_code(pasted: str, state: str) -> str:
    """The code in what a user pastes: itself, or the whole address that the browser was sent to.

    UsageError for an address that is not the answer to this consent.
    """
    pasted = pasted.strip()
    if "://" not in pasted and "?" not in pasted:
        if not pasted:
            raise UsageError("code: is missing; allowed: the address that the browser was sent to, or its code")
        return pasted
    query = {name: values[0] for name, values in parse_qs(urlsplit(pasted).query).items()}
    if "error" in query:
        raise UsageError(f"code: Amazon gave none: {query.get('error_description') or query['error']}")
    if "code" not in query:
        raise UsageError("code: that address has none; allowed: the one that the browser was sent to, or its code")
    if query.get("state") != state:
        raise UsageError("code: that address answers another consent (its state differs); begin again")
    return query["code"]


MAY_PASS: Final = frozenset({408, 421, 425, 429})  # HTTP statuses after which another try may do better


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user granted, ready for use; the access token is good for an hour."""

    auth_id: str
    client_id: str
    access_token: str = field(repr=False)


class Login:
    """Speaks to the deployment's own hosts of one region. Nothing that it raises repeats a secret."""

    def __init__(self, hosts: Hosts, http: urllib3.PoolManager | None = None) -> None:
        self._hosts = hosts
        timeout = urllib3.Timeout(connect=5, read=40)
        self._http = http or urllib3.PoolManager(retries=False, timeout=timeout)

    def exchange(self, auth_id: str, client_id: str, client_secret: str, code: str, redirect_uri: str) -> Credentials:
        """The grant's credentials for a code, which works once and for five minutes; CredentialsRefused."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        answer = self._token(auth_id, form | {"client_id": client_id, "client_secret": client_secret})
        return Credentials(client_id, client_secret, str(answer.get("refresh_token") or ""))

    def refresh(self, auth_id: str, credentials: Credentials) -> Grant:
        """The grant with a new access token; CredentialsRefused."""
        form = {"grant_type": "refresh_token", "refresh_token": credentials.refresh_token}
        named = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
        token = self._token(auth_id, form | named).get("access_token")
        return Grant(auth_id, credentials.client_id, str(token or ""))

    def accounts(self, grant: Grant) -> list[Document]:
        """The AMC accounts that the grant opens; CredentialsRefused with AMC's words."""
        return self._pages(grant, "accounts", "amcAccounts", {})

    def instances(self, grant: Grant, account_id: str, marketplace_id: str) -> list[Document]:
        """The instances of one account; CredentialsRefused with AMC's words."""
        account = {
            "Amazon-Advertising-API-AdvertiserId": account_id,
            "Amazon-Advertising-API-MarketplaceId": marketplace_id,
        }
        return self._pages(grant, "instances", "instances", account)

    def _pages(self, grant: Grant, path: str, name: str, account: Mapping[str, str]) -> list[Document]:
        """The entries of all pages, up to a token that came before; UnreachableError for a list that does not end."""
        caller = {
            "Amazon-Advertising-API-ClientId": grant.client_id,
            "Authorization": f"Bearer {grant.access_token}",
        }
        found: list[Document] = []
        query: dict[str, str] = {}
        seen: set[str] = set()
        for _ in range(MAX_PAGES):
            address = f"{self._hosts.api}/amc/{path}" + (f"?{urlencode(query)}" if query else "")
            status, page = self._ask("GET", address, {**caller, **account})
            if status != 200:
                said = page.get("details") or page.get("message") or "no reason given"
                raise CredentialsRefused(f"AMC refused authId {grant.auth_id!r} with {status}: {said}")
            found += map(object_in, list_in(page.get(name)))
            token = str(page.get("nextToken") or "")
            if not token or token in seen:
                return found
            seen.add(token)
            query = {"nextToken": token}
        raise UnreachableError(f"AMC's list of {path} did not end after {MAX_PAGES} pages; try again later")

    def _token(self, auth_id: str, form: Mapping[str, str]) -> Document:
        status, answer = self._ask("POST", self._hosts.token, _FORM, urlencode(form))
        if status != 200:
            if form["grant_type"] == "authorization_code" and answer.get("error") == "invalid_grant":
                raise CredentialsRefused(
                    "Login with Amazon did not take the code (invalid_grant): it works once and for five minutes,"
                    " and only with the client and the redirect address that it was made for; begin again"
                )
            raise refusal(auth_id, status, answer)
        return answer

    def _ask(
        self, method: str, address: str, headers: Mapping[str, str], body: str | None = None
    ) -> tuple[int, Document]:
        """Status and answer; a refusal in HTML, as a gateway gives it, is an empty one."""
        host = urlsplit(address).netloc
        try:
            response = self._send(method, address, headers, body)
            if response.status in MAY_PASS or response.status >= 500:
                raise UnreachableError(f"{host} answered {response.status}; try again later")
            return response.status, _read(response)
        except (urllib3.exceptions.HTTPError, ValueError) as exc:
            raise UnreachableError(f"{host} did not answer ({type(exc).__name__}); try again") from exc

    def _send(
        self, method: str, address: str, headers: Mapping[str, str], body: str | None
    ) -> urllib3.BaseHTTPResponse:
        """The answer; whoever throttles (429) and says for how long is asked again after that, a few times."""
        pauses = 0
        while True:
            response = self._http.request(method, address, redirect=False, headers=headers, body=body)
            pause = response.headers.get("Retry-After", "")
            may_wait = pause.isdecimal() and int(pause) <= LONGEST_PAUSE and pauses < MAX_PAUSES
            if response.status != 429 or not may_wait:
                return response
            time.sleep(int(pause))
            pauses += 1


def _read(response: urllib3.BaseHTTPResponse) -> Document:
    try:
        answer: object = json.loads(response.data)
    except ValueError:
        if response.status < 400:
            raise
        return {}
    return object_in(answer)
