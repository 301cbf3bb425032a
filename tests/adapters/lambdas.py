"""Lambdas that share a table of access tokens, and a clock that stands still until it is moved."""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import urllib3

from functions.amc.access_tokens import AccessTokens, Clock
from functions.amc.login_with_amazon import LoginWithAmazon
from tests.adapters.scripted_server import ScriptedServer
from wfm.store.access_tokens_table import AccessTokensTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

SECRET = (
    '{"default": {"client_id": "client-1", "client_secret": "hush-1", "refresh_token": "refresh-1"},'
    ' "agency": {"client_id": "client-2", "client_secret": "hush-2", "refresh_token": "refresh-2"}}'
)


class StillClock(Clock):
    """Moved by hand, or by whoever sleeps."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0
        super().__init__(lambda: self.seconds, self.sleep_for)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def sleep_for(self, seconds: float) -> None:
        self.seconds += seconds


class OneAtATime:
    """A table whose calls are atomic, as DynamoDB's are; moto's, of several threads, are not."""

    def __init__(self, table: "Table") -> None:
        self._table = table
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._table, name)

        def locked(**given: Any) -> Any:
            with self._lock:
                return call(**given)

        return locked


class Lambdas:
    """Each Lambda has a memory of its own; table, secret, clock and Login with Amazon are everybody's."""

    def __init__(self, server: ScriptedServer, http: urllib3.PoolManager, table: Any) -> None:
        self.server = server
        self.clock = StillClock()
        self.secret: str | None = SECRET
        self.table = AccessTokensTable(table)
        urls = {region: f"{server.url}/{region}/auth/o2/token" for region in ("NA", "EU")}
        self.login = LoginWithAmazon(http, urls)

    def another(self, clock: Clock | None = None) -> AccessTokens:
        return AccessTokens(self.login, self.table, lambda: self.secret, clock or self.clock)

    def will_be_given(self, *tokens: str, expires_in: Any = 3600) -> None:
        for token in tokens:
            answer: Mapping[str, Any] = {"access_token": token, "token_type": "bearer", "expires_in": expires_in}
            self.server.will_answer(answer)
