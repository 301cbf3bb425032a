"""The folder that one emulator owns: everything it and its Lambda workers write lies below it.
Its logs outlive it, beside the folder.

A folder is alive as long as somebody holds the lock on its `owner.lock`. Both the process that started the
emulator and the emulator itself hold it: a folder is swept only when both are gone, however they ended, and
no process id that was given out again can be mistaken for the owner.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from local.emulator.errors import EmulatorError

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_ROOT = REPOSITORY / "build" / "local"
LOCK_NAME = "owner.lock"
NEEDED_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True)
class Workspace:
    """One emulator's folder and the open descriptor of its lock."""

    path: Path
    lock: int

    @property
    def temporary(self) -> Path:
        return self.path / "tmp"

    @property
    def log(self) -> Path:
        return self.path / "emulator.log"

    def remove(self) -> None:
        os.close(self.lock)
        _remove(self.path)


def create(name: str, port: int, root: Path = DEFAULT_ROOT, needed_bytes: int = NEEDED_BYTES) -> Workspace:
    """Sweep what dead emulators left below `root`, then make `<root>/<name>-<pid>-<port>` and lock it."""
    path = root / f"{name}-{os.getpid()}-{port}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        _require_space(root, needed_bytes)
        with _one_at_a_time(root):
            sweep(root)
            (path / "tmp").mkdir(parents=True)
            return Workspace(path, _locked(path / LOCK_NAME))
    except OSError as error:
        raise EmulatorError(_explain(error, root)) from error


def sweep(root: Path) -> list[Path]:
    """Remove the folders whose owners are dead; returns what was removed."""
    abandoned = [lock.parent for lock in sorted(root.glob(f"*/{LOCK_NAME}")) if _is_free(lock)]
    for folder in abandoned:
        _remove(folder)
    return abandoned


def _remove(folder: Path) -> None:
    """Remove it; the logs of who ended last stay beside it, for whoever asks why."""
    for log in folder.glob("*.log"):
        with suppress(OSError):
            log.replace(folder.parent / log.name)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Keeps a second start from sweeping a folder between its creation and its lock."""
    descriptor = os.open(root / ".sweep.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _locked(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _is_free(lock: Path) -> bool:
    try:
        os.close(_locked(lock))
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return False
    return True


def _require_space(root: Path, needed_bytes: int) -> None:
    if shutil.disk_usage(root).free < needed_bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(root))


def _explain(error: OSError, root: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: the emulator needs at least {NEEDED_BYTES // 2**20} MB free below {root}."
    return f"The emulator cannot write below {root}: {error.strerror or error}."
