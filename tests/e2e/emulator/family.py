"""Processes as /proc shows them."""

from pathlib import Path


def children(parent: int) -> list[int]:
    """Of all its threads: an adopted child is that of any."""
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def is_alive(process: int) -> bool:
    """A process that has ended but was not collected by its parent counts as dead."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False
