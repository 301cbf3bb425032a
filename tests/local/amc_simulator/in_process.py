"""Calls an ASGI application without a socket, and shows a cut connection, which Starlette's test client cannot."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.types import ASGIApp, Message

from local.amc_simulator.front import DROP_EXTENSION


class ConnectionCutError(Exception):
    """The application closed the connection without an answer."""


@dataclass(frozen=True)
class Reply:
    """An answer; header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class InProcess:
    """One call at a time, each in an event loop of its own: none is left open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def call(
        self, method: str, url: str, headers: dict[str, str] | None = None, body: Any = None, raw: bytes | None = None
    ) -> Reply:
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return asyncio.run(self._call(method, url, headers or {}, content))

    def form(self, url: str, fields: dict[str, str]) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call("POST", url, headers, raw=urlencode(fields).encode())

    async def _call(self, method: str, url: str, headers: dict[str, str], content: bytes) -> Reply:
        parts = urlsplit(url)
        sent: list[Message] = []
        cut: list[bool] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        given = {"host": "simulator", "content-type": "application/json", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in _last_wins(given).items()],
            "server": ("simulator", 80),
            "client": ("test", 1),
            "root_path": "",
            "extensions": {DROP_EXTENSION: lambda: cut.append(True)},
        }
        await self._app(scope, receive, send)
        if cut:
            raise ConnectionCutError
        answer = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], answer, b"".join(message.get("body", b"") for message in sent[1:]))


def _last_wins(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
