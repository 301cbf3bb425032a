"""Serves a console on this machine's loopback interface, and nowhere else."""

import errno
import socket
from collections.abc import Callable
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from wfm.console.security import LOOPBACK
from wfm.errors import UnreachableError

ATTEMPTS: Final = 20  # to find a port that is free on both interfaces
GOODBYE_SECONDS: Final = 1  # for streams that are open when the console is ended


def open_sockets(port: int) -> list[socket.socket]:
    """Sockets on the same port of 127.0.0.1 and, where this machine has it, ::1; 0 takes a free one."""
    for _ in range(ATTEMPTS):
        first = _bound(LOOPBACK[0], port)
        try:
            second = _bound(LOOPBACK[1], first.getsockname()[1])
        except OSError as exc:
            if exc.errno != errno.EADDRINUSE:
                return [first]  # no IPv6 here
            first.close()
            if port:
                raise _taken(port) from exc
            continue
        return [first, second]
    raise UnreachableError("no port is free on both 127.0.0.1 and ::1")


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
    except OSError as exc:
        opened.close()
        if exc.errno == errno.EADDRINUSE and host == LOOPBACK[0]:
            raise _taken(port) from exc
        raise
    return opened


def _taken(port: int) -> UnreachableError:
    return UnreachableError(f"--port: {port} is in use; allowed: another, or 0 for a free one")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


class Serving:
    """A console on its sockets; `ready` is called when it answers. Addresses are not logged: one is a ticket."""

    def __init__(self, app: ASGIApp, sockets: list[socket.socket], ready: Callable[[], None]) -> None:
        self._sockets = sockets
        config = uvicorn.Config(
            app,
            http="h11",  # whatever else is installed
            access_log=False,
            log_level="error",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GOODBYE_SECONDS,
        )
        self._server = _Server(config, ready)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._sockets[0].getsockname()[1])

    def run(self) -> None:
        """Serve until `stop`, and in the main thread until Ctrl-C or SIGTERM."""
        self._server.run(self._sockets)

    def stop(self) -> None:
        """Let `run` return soon."""
        self._server.should_exit = True
