"""The processes that run an emulator's Lambdas, for whoever wants to kill them."""

import subprocess

FORK_SERVER = "fork-server"  # the name that `fork_server.py` gives itself: a child of the emulator, and no worker


def workers(emulator: int) -> list[int]:
    """Their ids by the emulator's; those that are dead and not yet collected left out."""
    command = ["ps", "-eo", "pid=,ppid=,stat=,comm="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=3) for line in listed.splitlines()]
    return [
        int(pid)
        for pid, parent, state, name in rows
        if int(parent) == emulator and state[0] != "Z" and name.strip() != FORK_SERVER
    ]
