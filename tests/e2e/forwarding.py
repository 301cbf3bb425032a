"""A server on loopback that hands every call on to another one, past somebody who may keep the call or its answer."""

import http.client
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

_LENGTH = "content-length"
_OWN = {"connection", _LENGTH, "date", "keep-alive", "server", "transfer-encoding"}  # of each connection
_LONGEST = 120  # seconds that an answer may take
_numbers = itertools.count()


@dataclass(frozen=True)
class Call:
    """A call as it came in: path with its query, header names in lower case.

    `caller` is who the address was given to, `port` the caller's end of the connection, and `connection` a number that
    no other connection has.
    """

    caller: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int
    connection: int


@dataclass(frozen=True)
class Answer:
    """An answer as it goes back; its length is among the headers."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


Forward = Callable[[], Answer | None]
Between = Callable[[Call, Forward], Answer | None]


class Forwarding:
    """Between entry and exit, what comes to `url_for` somebody goes through `between` to `target`.

    `between` gets the call and what hands it on, which answers None where the target hung up. It answers what the
    caller shall get; None hangs up.
    """

    def __init__(self, target: str, between: Between) -> None:
        self._target = urlsplit(target).netloc
        self._between = between
        self._http = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05})
        self.port = self._http.server_port

    def url_for(self, caller: str) -> str:
        """An address to be used as that of the target; who uses it is known by it."""
        return f"http://127.0.0.1:{self.port}/{caller}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def take(self, call: Call) -> Answer | None:
        """Called by the handler."""
        return self._between(call, lambda: self._forward(call))

    def _forward(self, call: Call) -> Answer | None:
        connection = http.client.HTTPConnection(self._target, timeout=_LONGEST)
        headers = {name: value for name, value in call.headers.items() if name not in _OWN}
        try:
            connection.request(call.method, call.path, body=call.body, headers=headers | {"Connection": "close"})
            got = connection.getresponse()
            kept = [(name, value) for name, value in got.getheaders() if name.lower() not in _OWN]
            body = got.read()
            length = str(len(body)) if call.method != "HEAD" else got.getheader(_LENGTH, "0")
            return Answer(got.status, [*kept, (_LENGTH, length)], body)
        except (http.client.HTTPException, OSError):
            return None
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a caller that is gone reads no answer."""


def _handler(server: Forwarding) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.connection_number = next(_numbers)

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            caller, _, path = self.path.removeprefix("/").partition("/")
            call = Call(caller, self.command, f"/{path}", headers, body, self.client_address[1], self.connection_number)
            answer = server.take(call)
            if answer is None:
                self.close_connection = True
                return
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 (the names that http.server looks for)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: `between` sees every call."""

    return Handler
