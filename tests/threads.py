"""Threads in the process of the tests: each test ends its own, and no package may bring any along."""

import sys
import threading
from collections.abc import Set as AbstractSet
from typing import Final

STARTS_THREADS: Final = ("ministack",)  # packages that do so when they are imported: for a process of their own
PATIENCE: Final = 30.0  # seconds for a thread that is about to end


def left_behind(before: AbstractSet[threading.Thread], patience: float = PATIENCE) -> list[str]:
    """The names of threads that were not there before and do not end."""
    new = [thread for thread in threading.enumerate() if thread not in before]
    for thread in new:
        thread.join(patience)
    return [thread.name for thread in new if thread.is_alive()]


def brought_along() -> list[str]:
    """The packages that do not belong into the process of the tests."""
    return [name for name in STARTS_THREADS if name in sys.modules]
