"""moto's AWS for a command that is a process of its own: a server that hands each call on to moto in this process.

moto's own server needs Flask, and its CloudFormation more; the stack's outputs are answered here.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from botocore.awsrequest import AWSPreparedRequest
from moto.core.models import botocore_stubber

from tests.wfm.deployed import DEPLOYMENT

_SCOPE: Final = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/([^/]+)/")
_NAMESPACE: Final = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


class AwsByHttp(ThreadingHTTPServer):
    """Counts the calls by the service's name."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.calls: Counter[str] = Counter()
        self.lock = threading.Lock()  # moto was made for one caller at a time

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving() -> Iterator[AwsByHttp]:
    """Until the block is left."""
    with AwsByHttp() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Call(BaseHTTPRequestHandler):
    server: AwsByHttp

    def do_POST(self) -> None:
        scope = _SCOPE.search(self.headers["Authorization"])
        assert scope is not None
        region, service = scope.groups()
        self.server.calls[service] += 1
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if service == "cloudformation":
            self._answer(200, {}, _stack())
            return
        host = f"{service}.{region}.amazonaws.com"
        headers: Any = {**dict(self.headers), "Host": host}
        with self.server.lock:
            made: Any = botocore_stubber(
                "", AWSPreparedRequest("POST", f"https://{host}{self.path}", headers, body, False)
            )
            content = made.content
        self._answer(made.status_code, made.headers, content)

    def _answer(self, status: int, headers: Any, content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower().startswith(("x-amz", "content-type")):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """A test says itself what went wrong."""


def _stack() -> bytes:
    outputs = "".join(
        f"<member><OutputKey>{one.name.title().replace('_', '')}</OutputKey>"
        f"<OutputValue>{getattr(DEPLOYMENT, one.name)}</OutputValue></member>"
        for one in fields(DEPLOYMENT)
        if one.name != "stack"
    )
    head = f"<StackName>{DEPLOYMENT.stack}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>"
    stack = f"<member>{head}<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>{outputs}</Outputs></member>"
    result = f"<DescribeStacksResult><Stacks>{stack}</Stacks></DescribeStacksResult>"
    return f"<DescribeStacksResponse xmlns='{_NAMESPACE}'>{result}</DescribeStacksResponse>".encode()
