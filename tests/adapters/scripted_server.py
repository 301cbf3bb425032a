"""A server on loopback that answers what it is told to, in that order, and keeps what it was asked."""

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """A request as it came in; `path` with its query, as it stood on the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """A scripted answer. `silent` never comes, `broken` ends the connection without one."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    broken: bool = False


class ScriptedServer:
    """Answers 200 and `{}` once the script has run out."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._script: deque[Answer] = deque()
        self._over = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def will_answer(self, body: Any = None, status: int = 200, **headers: str) -> None:
        """`body` as JSON, or as it is when it is bytes; `Retry_After="7"` is the header `Retry-After`."""
        content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._script.append(Answer(status, content, named))

    def will_stay_silent(self) -> None:
        self._script.append(Answer(silent=True))

    def will_hang_up(self) -> None:
        self._script.append(Answer(broken=True))

    def take(self, asked: Asked) -> Answer | None:
        """Called by the handler: the answer to this request, None for none."""
        self.asked.append(asked)
        answer = self._script.popleft() if self._script else Answer()
        if answer.silent:
            self._over.wait()
        return None if answer.silent or answer.broken else answer


def _handler(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = server.take(Asked(self.command, self.path, dict(self.headers.items()), body))
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 (the names that http.server looks for)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: what was asked is in `asked`."""

    return Handler
