"""`python -m local.amc_simulator.serve`: the simulator as a process of its own, on loopback only.

Prints one line of JSON, `{"url": ...}`, once it answers. Ends on SIGTERM, on SIGINT and when its standard
input ends, so that it never outlives the process that started it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from local.amc_simulator.app import create_app
from local.amc_simulator.configuration import Configuration
from local.amc_simulator.delivery import store_from_environment
from local.amc_simulator.front import DROP_EXTENSION
from local.amc_simulator.simulator import Simulator
from local.signals import own_dispositions

_HOST = "127.0.0.1"


class _DroppableProtocol(H11Protocol):
    """HTTP/1.1 that lets the application cut the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app: ASGIApp = self.app

        async def with_drop(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[DROP_EXTENSION] = transport.abort
            await app(scope, receive, send)

        self.app = with_drop


def main() -> None:
    """Serve until told to stop."""
    own_dispositions()
    arguments = _arguments()
    try:
        listener = _listen(arguments.port)
    except OSError as exc:
        sys.exit(f"The AMC simulator cannot listen on {_HOST}:{arguments.port}: {exc.strerror}.")
    url = f"http://{_HOST}:{listener.getsockname()[1]}"
    simulator = Simulator(Configuration.model_validate_json(arguments.configuration), store=store_from_environment())
    config = uvicorn.Config(
        create_app(simulator),
        http=_DroppableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(server, listener, url, arguments.port_file))


def _listen(port: int) -> socket.socket:
    """An open socket. asyncio sends small answers at once only on sockets that say that they are TCP."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((_HOST, port))
    listener.listen(1024)
    return listener


async def _serve(server: uvicorn.Server, listener: socket.socket, url: str, port_file: Path | None) -> None:
    """The listener is open already, so whoever reads the line can connect at once."""
    if port_file:
        partial = port_file.with_name(f"{port_file.name}.partial")
        partial.write_text(url.rpartition(":")[2])
        partial.replace(port_file)
    print(json.dumps({"url": url}), flush=True)
    await server.serve(sockets=[listener])


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        continue
    server.should_exit = True


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.amc_simulator.serve", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--port-file", type=Path, help="a file that the port is written to")
    parser.add_argument("--configuration", default="{}", help="the configuration to start with, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
