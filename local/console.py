"""The console of a local runtime: served by its supervisor, and entered with a key that lies beside its state."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final

from local.steering import LocalWorld
from wfm.client.clients import Clients
from wfm.client.connection import Connection
from wfm.client.local_state import LocalState
from wfm.client.wfm import Wfm
from wfm.console.app import Settings, console
from wfm.console.door import Door, entrance
from wfm.console.place import Place
from wfm.console.serving import Serving, open_sockets
from wfm.errors import LocalRuntimeError

KEY_FILE: Final = "console.key"  # for its owner alone: whoever can read it may enter
READY_SECONDS: Final = 60.0  # of a busy machine
STOP_SECONDS: Final = 10.0


@contextmanager
def served(connection: Connection, directory: Path) -> Iterator[int]:
    """Serve it in a thread of its own; its port. LocalRuntimeError if it does not come up.

    It is stopped on the way out: the threads that read its pages would keep the process from ending.
    """
    key, wfm, ready = secrets.token_bytes(32), Wfm(connection=connection), Event()
    _write(directory / KEY_FILE, key)
    sockets = open_sockets(0)
    settings = Settings(int(sockets[0].getsockname()[1]))
    clients = Clients(wfm, lambda: Wfm(connection=connection))
    make_amc = LocalWorld if connection.simulator else None
    serving = Serving(console(clients, Place.of(wfm), Door(key), settings, make_amc), sockets, ready.set)
    thread = Thread(target=serving.run, name="console", daemon=True)
    thread.start()
    try:
        if not ready.wait(READY_SECONDS):
            raise LocalRuntimeError("the console did not start; see supervisor.log")
        yield settings.port
    finally:
        serving.stop()
        thread.join(STOP_SECONDS)


def _write(path: Path, key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)


def address(state: LocalState, directory: Path) -> str:
    """An address of the runtime's console that lets one browser in; "" if it has none."""
    try:
        return entrance(state.console, (directory / KEY_FILE).read_bytes()) if state.console else ""
    except OSError:
        return ""
