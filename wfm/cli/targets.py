"""What the command speaks to, as a line for people; it is shown on each terminal when it is not what it was there."""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from wfm.client.user_folders import UserFolder
from wfm.client.wfm import Wfm

FOLDER: Final = "terminals"


def target(wfm: Wfm) -> str:
    """The context with its place and stack."""
    connection = wfm.connection
    context = f"context {connection.context}" if connection.context else "no context"
    return f"{context}: {connection.place}, stack {wfm.stack}"


def terminal_of(descriptor: int) -> str:
    """The terminal and the shell in it: the next window that gets the terminal's name is another one."""
    try:
        name = os.ttyname(descriptor)
    except OSError:  # one of outside of a container has no name in it
        name = "terminal"
    return f"{name.strip('/').replace('/', '-')} {os.getsid(0)}"


def changed(environment: Mapping[str, str], terminal: str, line: str) -> bool:
    """Whether another line was shown last on this terminal; it is remembered, one for each name of a terminal."""
    name, _, shell = terminal.rpartition(" ")
    path = UserFolder.STATE.path(environment) / FOLDER / name
    wanted = f"{shell} {line}\n"
    with suppress(OSError, ValueError):
        if path.read_text(encoding="utf-8") == wanted:
            return False
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted, encoding="utf-8")
    return True
