"""Judges every request before it is routed: who asks, from which page, and for what.

A page of somebody else's that is open in the same browser can send requests here, and by DNS rebinding even under a
name of its own. So the `Host` must be one of this console's names, a session is needed for all but the entrance and
the static files, and a change needs the `Origin` and `Sec-Fetch-Site` of a page of ours. CORS is never granted.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wfm.console.door import ENTRANCE, TICKET, Door, Session

LOOPBACK: Final = ("127.0.0.1", "::1")
STATIC: Final = "/static/"
MOST_BYTES: Final = 262_144  # of a form: SQS takes no larger message
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with `no-referrer` a form of ours would be sent with the Origin `null`
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

Refuse = Callable[[Scope, int, str], ASGIApp]


class Refused(Exception):
    """What is answered in place of the page."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence
        super().__init__(sentence)


def names(port: int) -> frozenset[str]:
    """The `Host`s of a console on that port: the names of this machine's loopback interface, and no others."""
    return frozenset(f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]"))


class Guard:
    """The outermost application. `refuse` makes the page of a refusal."""

    def __init__(self, app: ASGIApp, door: Door, port: int, refuse: Refuse, *, read_only: bool = False) -> None:
        self._app = app
        self._door = door
        self._names = names(port)
        self._cookie = f"wfm_console_{port}"  # cookies know no ports: two consoles share one jar
        self._refuse = refuse
        self._read_only = read_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        safe = _with_headers(scope, send)
        try:
            answer = self._judge(scope)
        except Refused as refused:
            answer = self._refuse(scope, refused.status, refused.sentence)
        await answer(scope, receive, safe)

    def _judge(self, scope: Scope) -> ASGIApp:
        headers = _Headers(scope["headers"])
        if headers.all("host") not in [[name] for name in self._names]:
            raise Refused(421, "This console answers only under the address that it has printed.")
        if scope["method"] not in ("GET", "HEAD", "POST"):
            raise Refused(405, "Pages are read with GET, and changes are made with POST.")
        path = scope["path"]
        if path == ENTRANCE:
            return self._entered(scope)
        if not path.startswith(STATIC):
            scope["state"] = {**scope.get("state", {}), "session": self._session(headers)}
        _require_own_page(scope["method"], headers)
        if scope["method"] == "POST" and self._read_only:
            raise Refused(403, "This console only shows: it was started with --read-only.")
        return self._app

    def _entered(self, scope: Scope) -> ASGIApp:
        given = parse_qs(scope["query_string"].decode("latin-1")).get(TICKET, [""])
        session = self._door.enter(given[0]) if scope["method"] == "GET" else None
        if session is None:
            raise Refused(403, "This address was used before, or is not whole. `wfm console` prints a new one.")
        cookie = f"{self._cookie}={session.id}; Path=/; HttpOnly; SameSite=Strict"
        return _answer(303, {"location": "/", "set-cookie": cookie})

    def _session(self, headers: "_Headers") -> Session:
        found = self._door.session(_cookie(headers, self._cookie))
        if found is None:
            raise Refused(
                403, "Open the address that `wfm console` or `wfm local up` has printed; it lets you in once."
            )
        return found


def _require_own_page(method: str, headers: "_Headers") -> None:
    """A change comes from a page of ours; what another page asks for may only be a page for the whole window."""
    site = headers.first("sec-fetch-site")
    if method == "POST":
        if headers.all("origin") != [f"http://{headers.first('host')}"] or site != "same-origin":
            raise Refused(403, "A change is taken only from a page of this console.")
        if headers.first("content-type").partition(";")[0] != "application/x-www-form-urlencoded":
            raise Refused(415, "A change is sent as a form.")
        length = headers.first("content-length")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            raise Refused(413, f"A form has at most {MOST_BYTES} bytes, and says how many.")
    elif site in ("cross-site", "same-site") and headers.first("sec-fetch-mode") != "navigate":
        raise Refused(403, "Other pages may not load parts of this console.")


class _Headers:
    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._raw = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self._raw if key == name]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")


def _cookie(headers: _Headers, name: str) -> str:
    try:
        jar = SimpleCookie("; ".join(headers.all("cookie")))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def _answer(status: int, headers: Mapping[str, str]) -> ASGIApp:
    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b""})

    return answer


def _with_headers(scope: Scope, send: Send) -> Callable[[Message], Awaitable[None]]:
    """Every answer has the headers of safety; only static files may be kept by the browser."""
    kept = "no-cache" if scope["path"].startswith(STATIC) else "no-store"

    async def safe(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = {**HEADERS, "cache-control": kept}
            raw = [(name, value) for name, value in message.get("headers", []) if name.decode().lower() not in ours]
            message = {**message, "headers": raw + [(name.encode(), value.encode()) for name, value in ours.items()]}
        await send(message)

    return safe
