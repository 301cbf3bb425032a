"""The sessions of pytest that `make test` and `make rehearsals` run, each with its files, as make itself says."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TESTS: Final = ROOT / "tests"
IGNORED: Final = "--ignore="


@cache
def sessions(target: str) -> tuple[frozenset[Path], ...]:
    """The files of tests of each session that a target of the Makefile runs."""
    asked = ["make", "--dry-run", "--no-print-directory", target]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(_files(line) for line in done.stdout.splitlines() if " -m pytest " in line)


def _files(command: str) -> frozenset[Path]:
    words = command.partition(" -m pytest ")[2].partition(";")[0].split()
    named = {file for word in words if word.startswith("tests/") for file in _below(word)}
    ignored = {file for word in words if word.startswith(IGNORED) for file in _below(word.removeprefix(IGNORED))}
    return frozenset((named or _below("tests")) - ignored)


def _below(path: str) -> set[Path]:
    """FileNotFoundError for a path that names nothing: pytest passes over a file to be ignored that is not there."""
    found = set((ROOT / path).rglob("test_*.py")) or {ROOT / path}
    for file in found:
        file.stat()
    return found
