"""What a process and all that it started cost, as /proc shows it (Linux): memory and time of a processor."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
TICKS: Final = os.sysconf("SC_CLK_TCK")
PARENT, OWN_TIME, COLLECTED_TIME = 1, slice(11, 13), slice(13, 15)  # places in `stat`, counted from the state on


@dataclass(frozen=True)
class Use:
    """`own` and `collected` are seconds of a processor: of the process, and of its children that have ended.

    `bytes` is its share of memory: what it shares with others is divided among them.
    """

    pid: int
    own: float
    collected: float
    bytes: int


def tree(root: int) -> Iterator[Use]:
    """The process `root` first, then all below it."""
    below = [root]
    while below:
        pid = below.pop()
        with suppress(OSError):
            below += children(pid)
            yield use(pid)


def use(pid: int) -> Use:
    """OSError if it has ended."""
    fields = stat(PROC / str(pid))
    own, collected = (sum(map(int, fields[part])) / TICKS for part in (OWN_TIME, COLLECTED_TIME))
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    share = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return Use(pid, own, collected, share * 1024)


def children(parent: int) -> Iterator[int]:
    """The processes that `parent` started or took in."""
    for entry in PROC.iterdir():
        with suppress(OSError):
            if entry.name.isdecimal() and stat(entry)[PARENT] == str(parent):
                yield int(entry.name)


def stat(entry: Path) -> list[str]:
    """State, parent and so on: what follows the command, whose name may hold anything."""
    return (entry / "stat").read_text().rpartition(")")[2].split()
