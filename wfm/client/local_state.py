"""Finding the runtime that `wfm local up` started: it leaves `build/local/state.json` below its repository.

Its supervisor holds a lock on the file `lock` beside it for as long as it lives, and that file holds its process id.
So a state that a crash left behind is not taken for a running one, also while the next supervisor is starting.
"""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

DIRECTORY = Path("build") / "local"
SUPERVISOR_LOG = "supervisor.log"
STATE_FILE = "state.json"
LOCK_FILE = "lock"
ATTEMPTS, PAUSE = 20, 0.01  # seconds between attempts to take the lock


@dataclass(frozen=True, slots=True)
class LocalState:
    """Where a local runtime listens. `supervisor` is the process to end it by, `console` the port of its console."""

    endpoint: str
    simulator: str
    region: str
    stack: str
    supervisor: int
    started_at: str
    console: int = 0  # none

    def write(self, directory: Path) -> None:
        """Atomically, so that nobody reads half a file."""
        directory.mkdir(parents=True, exist_ok=True)
        unfinished = directory / f"{STATE_FILE}.new"
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        unfinished.replace(directory / STATE_FILE)


@contextmanager
def held_lock(directory: Path) -> Iterator[IO[str] | None]:
    """The lock of a runtime directory; None if somebody else holds it. It goes when the process does."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / LOCK_FILE).open("a+", encoding="utf-8") as handle:
        if not _locked(handle):
            yield None
            return
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield handle


def _locked(handle: IO[str]) -> bool:
    """Try for a moment: whoever reads the holder takes the lock for an instant, too."""
    for _ in range(ATTEMPTS):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE)
        else:
            return True
    return False


def holder(directory: Path) -> int | None:
    """The process id of the supervisor that lives there, 0 if it has not written it yet; None if there is none."""
    try:
        with (directory / LOCK_FILE).open(encoding="utf-8") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = handle.read()
                return int(text) if text.isdigit() else 0
    except OSError:
        return None
    return None


def read_state(directory: Path) -> LocalState | None:
    """The running runtime of that directory, None if there is none."""
    try:
        document = json.loads((directory / STATE_FILE).read_text(encoding="utf-8"))
        state = LocalState(**document)
    except (OSError, ValueError, TypeError):
        return None
    return state if state.supervisor == holder(directory) else None


def find_directory(environment: Mapping[str, str], start: Path) -> Path | None:
    """`WFM_LOCAL` (directory or state file) if it is set, else `build/local` here or in a folder above."""
    named = environment.get("WFM_LOCAL")
    if named:
        path = Path(named)
        return path.parent if path.name == STATE_FILE else path
    candidates = (folder / DIRECTORY for folder in (start, *start.parents))
    return next((found for found in candidates if (found / STATE_FILE).is_file()), None)


def is_listening(url: str) -> bool:
    """Whether somebody takes connections at an address of this machine."""
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 80), timeout=5).close()
    except OSError:
        return False
    return True


def last_words(directory: Path) -> str:
    """Why the last runtime of that directory ended by itself; "" if it was stopped, or never there."""
    try:
        lines = (directory / SUPERVISOR_LOG).read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""
