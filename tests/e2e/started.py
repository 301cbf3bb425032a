"""How tests start processes of ours: as a careless parent would, whose signals are off.

Their environment is that of the tests, which is the same everywhere (tests/environment.py).
"""

import sys
from collections.abc import Iterable

CARELESS = """
import os, signal, sys

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
os.execv(sys.argv[1], sys.argv[1:])
"""


def carelessly(command: Iterable[str]) -> list[str]:
    """The command, which inherits that signals are ignored and held back, as in the background of a script."""
    return [sys.executable, "-I", "-S", "-c", CARELESS, *command]
