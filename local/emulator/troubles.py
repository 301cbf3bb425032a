"""Draws and counts troubles inside the emulator's process, for the patches that make them."""

import os
import random
import threading
from pathlib import Path

from local.emulator.unreliability import FILE, MET, Unreliability, read

_lock = threading.Lock()
_known: tuple[tuple[int, int], Unreliability] = ((0, 0), Unreliability())
_draws: dict[str, random.Random] = {}


def wanted() -> Unreliability:
    """As the file in the emulator's folder says now."""
    global _known  # noqa: PLW0603
    version = _version()
    known, settings = _known
    if version == known:
        return settings
    with _lock:
        settings = read(_folder())
        _draws.clear()
        _known = (version, settings)
    return settings


def _version() -> tuple[int, int]:
    """Looked at with each call, and so without a Path."""
    try:
        found = os.stat(f"{os.environ['TMPDIR']}/../{FILE}")  # noqa: PTH116
    except FileNotFoundError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def happens(name: str, probability: float) -> bool:
    """Whether the trouble happens this time; it is counted if so."""
    if probability <= 0 or _draw(name) >= probability:
        return False
    count(name)
    return True


def up_to(name: str, most: float) -> float:
    """Seconds from 0 to `most`."""
    return most * _draw(name) if most > 0 else 0.0


def _draw(name: str) -> float:
    seed = wanted().seed
    with _lock:
        if name not in _draws:
            _draws[name] = random.Random(f"{seed} {name}")  # noqa: S311 (no secret)
        return _draws[name].random()


def count(name: str) -> None:
    """One more was met."""
    descriptor = os.open(_folder() / MET, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{name}\n".encode())
    finally:
        os.close(descriptor)


def _folder() -> Path:
    return Path(os.environ["TMPDIR"]).parent
