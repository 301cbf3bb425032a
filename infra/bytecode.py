"""Bytecode in the Lambda asset: Lambda cannot write to the code's folder, and would compile it at each cold start.

It is compiled by the Python version that runs it. When that is not installed, Lambda compiles at each cold start.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# Checked against nothing at run time, and made of no times and paths of this machine: the same for the same sources.
_COMPILE: Final = ("-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash")
_FOLDER: Final = "/var/task"


def add_bytecode(asset: Path, python: Sequence[str]) -> bool:
    """Compile all modules below `asset`; False when the command `python` does not run, or not to the end."""
    command = [*python, *_COMPILE, "-s", str(asset), "-p", _FOLDER, str(asset)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def python_of(version: str | None) -> Sequence[str]:
    """The command of a Python of that version, of the one that runs this if it is such a one or None is asked for."""
    running = ".".join(map(str, sys.version_info[:2]))
    return [sys.executable] if version in (None, running) else [f"python{version}"]
