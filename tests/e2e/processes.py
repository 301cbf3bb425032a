"""Processes as /proc shows them (Linux): who is a child of whom, and who is at the other end of a connection."""

from contextlib import suppress

from bench.processes import PROC, children, stat

__all__ = ["PROC", "Process", "caller", "children"]
STATE, BORN = 0, 19  # places in what `stat` gives; BORN is in ticks since the machine's start


class Process:
    """One that lives when this is made; whoever gets its number later is another one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._born = stat(PROC / str(pid))[BORN]

    def is_alive(self) -> bool:
        """A process that has ended but was not collected by its parent counts as dead."""
        with suppress(OSError):
            fields = stat(PROC / str(self.pid))
            return fields[BORN] == self._born and fields[STATE] != "Z"
        return False

    def is_collected(self) -> bool:
        """Nothing is left of it."""
        with suppress(OSError):
            return stat(PROC / str(self.pid))[BORN] != self._born
        return True


def caller(parent: int, own_port: int, port: int) -> int | None:
    """The child of `parent` whose connection goes from its `own_port` to `port`; None if there is none."""
    wanted = {f"socket:[{inode}]" for inode in _inodes(own_port, port)}
    return next((pid for pid in children(parent) if wanted & _open(pid)), None)


def _inodes(own_port: int, port: int) -> list[str]:
    """Format of /proc/net/tcp: `sl local_address rem_address st tx_queue tr tm->when retrnsmt uid timeout inode`."""
    rows = [line.split() for line in (PROC / "net" / "tcp").read_text().splitlines()[1:]]
    ends = f":{own_port:04X}", f":{port:04X}"
    return [row[9] for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1])]


def _open(pid: int) -> set[str]:
    found = set[str]()
    with suppress(OSError):
        for link in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                found.add(str(link.readlink()))
    return found
