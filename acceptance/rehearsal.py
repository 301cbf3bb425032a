"""TARGET=local: the same stacks on the emulator, the simulator of AMC as a Lambda there too."""

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from acceptance.deployed import Deployed
from acceptance.naming import Name
from acceptance.world import Pace
from local.emulator import Emulator, ServerSettings
from local.emulator.settings import ACCOUNT
from wfm.client.connection import local_connection
from wfm.client.stack_names import StackOutput

PACE: Final = Pace(patience=300, look=0.3, run=1, ahead=5, checks_seconds=3600)
# A minute between two looks or tries is 1.2 seconds, the tracker's minute two.
SETTINGS: Final = ServerSettings(wait_scale=0.02, schedule_scale=1 / 30)


@contextmanager
def rehearsal(name: Name, synthesize: Callable[[], Path], settings: ServerSettings = SETTINGS) -> Iterator[Deployed]:
    """An emulated account of one's own. It ends with the block."""
    with ExitStack() as running, Emulator("acceptance", settings=settings) as emulator:
        session = emulator.session()
        client = session.client("lambda")
        yield Deployed(
            name,
            synthesize(),
            session,
            local_connection(emulator.endpoint, session.region_name, name.text),
            os.environ | emulator.environment(),
            account=ACCOUNT,
            pace=PACE,
            is_account=False,
            reach=lambda function, _: running.enter_context(function_url(client, function)),
            let_queues_go=_let_queues_go,
        )


def _let_queues_go(deployed: Deployed, customer_id: str) -> None:
    """The emulator deletes a queue at once."""
    tenants = deployed.session.resource("dynamodb").Table(deployed.outputs[StackOutput.TENANTS_TABLE])
    tenants.update_item(Key={"customerId": customer_id}, UpdateExpression="REMOVE queuesDeletedAt")


@contextmanager
def function_url(client: Any, function: str) -> Iterator[str]:
    """What the emulator lacks: an address on this machine that calls the function as its URL would."""

    class Gateway(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            event = json.dumps(_as_event(self.command, self.path, dict(self.headers), body))
            answer = client.invoke(FunctionName=function, Payload=event.encode())
            said: dict[str, Any] = json.loads(answer["Payload"].read())
            if answer.get("FunctionError"):
                said = {"statusCode": 502}
            content = base64.b64decode(said.get("body", ""))
            self.send_response(said["statusCode"])
            for header, value in said.get("headers", {}).items():
                if header.lower() != "content-length":
                    self.send_header(header, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *_: Any) -> None:
            """Nothing: the simulator keeps a journal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _as_event(method: str, url: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Lambda developer guide, "Request payload format"."""
    parts = urlsplit(url)
    return {
        "version": "2.0",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": parts.path}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
