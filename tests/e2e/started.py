"""How tests start processes of ours: in a known environment, and as a careless parent would, whose signals are off."""

import os
import sys
from collections.abc import Iterable, Mapping

# What the machine needs to run a program at all; a developer's colours, language, proxies and AWS settings stay here.
KEPT = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "COVERAGE_PROCESS_START")
KNOWN = {"LANG": "C.UTF-8", "TZ": "UTC", "PYTHONWARNINGS": "default"}

CARELESS = """
import os, signal, sys

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
os.execv(sys.argv[1], sys.argv[1:])
"""


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The same on every machine but for what `KEPT` names, and `more`."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | KNOWN | dict(more or {})


def carelessly(command: Iterable[str]) -> list[str]:
    """The command, which inherits that signals are ignored and held back, as from a script's background."""
    return [sys.executable, "-I", "-S", "-c", CARELESS, *command]
