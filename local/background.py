"""`wfm local up | down | status`: a runtime that stays when the command has ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from local import console
from local.runtime import ROOT
from local.synthesis import REPOSITORY
from wfm.client.connection import local_connection
from wfm.client.local_state import SUPERVISOR_LOG, LocalState, holder, last_words, read_state
from wfm.client.records import Tenant
from wfm.client.wfm import Wfm
from wfm.errors import LocalRuntimeError

START_SECONDS: Final = 600.0  # of a busy machine, a synthesis included; one that has ended is noticed at once
STOP_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class RunningRuntime:
    """A runtime that is up, its folder, and the tenants of its WFM."""

    directory: Path
    state: LocalState
    tenants: Sequence[Tenant]

    @property
    def console(self) -> str:
        """An address of its console that lets one browser in; "" if it has none."""
        return console.address(self.state, self.directory)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        tenants = [one.head_as_json() for one in self.tenants]
        return asdict(self.state) | {"console": self.console or None, "tenants": tenants}


def up(port: int = 0, *, speed: float = 1, empty: bool = False, directory: Path = ROOT) -> tuple[LocalState, bool]:
    """Start a runtime; its state, and whether it was up already. Two that start it at once wait for the same one."""
    state = read_state(directory)
    if state:
        return state, True
    directory.mkdir(parents=True, exist_ok=True)
    options = ["--port", str(port), "--speed", str(speed), *(["--empty"] if empty else [])]
    supervisor = _spawn(directory, options) if holder(directory) is None else None
    try:
        return _when_up(directory, supervisor)
    except KeyboardInterrupt:
        if supervisor:
            supervisor.terminate()
            supervisor.wait()
        raise


def _when_up(directory: Path, supervisor: "subprocess.Popen[bytes] | None") -> tuple[LocalState, bool]:
    """Its state, as soon as it is up; `supervisor` is the process that we have started for it, if any."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        ours_ended = supervisor is None or supervisor.poll() is not None
        nobody_is_there = holder(directory) is None
        state = read_state(directory)
        if state:
            _detach(supervisor)
            return state, ours_ended
        if ours_ended and nobody_is_there:
            raise LocalRuntimeError(last_words(directory) or "it was stopped while it was starting")
        time.sleep(0.1)
    raise LocalRuntimeError(f"it is not up after {START_SECONDS:.0f} s; see {directory / SUPERVISOR_LOG}")


def is_there(directory: Path = ROOT) -> bool:
    """Whether a runtime is up or starting."""
    return holder(directory) is not None


def down(directory: Path = ROOT) -> bool:
    """Stop the runtime, also one that is starting; False if there was none."""
    supervisor = holder(directory)
    if supervisor is None:
        return False
    if not supervisor:
        raise LocalRuntimeError("it has only just begun to start; try again")
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.kill(supervisor, number)
        if _comes_true(lambda: holder(directory) is None):
            return True
    raise LocalRuntimeError(f"process {supervisor} does not end")


def describe(directory: Path = ROOT) -> RunningRuntime:
    """The state of the runtime, and its tenants; LocalRuntimeError if it is not up."""
    state = read_state(directory)
    if state is None:
        how = "it is starting" if holder(directory) is not None else "it is not up; start it with `wfm local up`"
        raise LocalRuntimeError(how)
    wfm = Wfm(connection=local_connection(state.endpoint, state.region, state.stack))
    return RunningRuntime(directory, state, wfm.tenants.list())


def _spawn(directory: Path, options: list[str]) -> subprocess.Popen[bytes]:
    with suppress(FileNotFoundError):
        (directory / SUPERVISOR_LOG).replace(directory / f"previous-{SUPERVISOR_LOG}")
    with (directory / SUPERVISOR_LOG).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "local.supervisor", "--directory", str(directory), *options],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _detach(supervisor: "subprocess.Popen[bytes] | None") -> None:
    """Let the supervisor outlive this process; without this Python warns that nobody waited for it."""
    if supervisor:
        supervisor.returncode = 0


def _comes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
