"""Starts and stops the emulator as a child process on 127.0.0.1.

    with Emulator() as emulator:
        outputs = deploy(assembly, emulator.session())

The listening socket is bound here and handed to the child, so a free port cannot be lost to somebody else in
between. The child ends when its standard input closes, which happens however this process ends.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.emulator import workspace
from local.emulator.endpoint import HOST, bound_socket, is_healthy
from local.emulator.errors import EmulatorError
from local.emulator.session import EndpointSession
from local.emulator.settings import ServerSettings, aws_environment, child_environment

START_SECONDS = 120.0  # of a busy machine; one that has exited is noticed at once
STOP_SECONDS = 10.0
OLDEST_PYTHON = (3, 11)


class Emulator:
    """One emulated AWS account; ends on `stop()`, on leaving the `with` block, and when its owner dies."""

    def __init__(
        self,
        name: str = "emulator",
        *,
        port: int = 0,
        settings: ServerSettings | None = None,
        root: Path = workspace.DEFAULT_ROOT,
    ) -> None:
        """`name` prefixes the folder below `root`; `port` 0 takes any free one."""
        self._name = name
        self._wanted_port = port
        self._settings = settings or ServerSettings()
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None
        self._workspace: workspace.Workspace | None = None
        self._session: EndpointSession | None = None
        self.port = 0

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise EmulatorError("The emulator is not running.")
        return self._process.pid

    @property
    def folder(self) -> Path:
        if self._workspace is None:
            raise EmulatorError("The emulator is not running.")
        return self._workspace.path

    def environment(self) -> dict[str, str]:
        """The variables with which any AWS SDK or command line tool talks to this emulator."""
        return aws_environment(self.endpoint, self._settings.region)

    def session(self) -> EndpointSession:
        """One session for all callers: what boto3 has loaded for one client serves the next."""
        if self._session is None:
            self._session = EndpointSession(self.endpoint, self._settings.region)
        return self._session

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of this emulator, whatever the settings of the surrounding process are."""
        return self.session().client(service, **options)

    def start(self) -> Self:
        require_python()
        with bound_socket(self._wanted_port) as listener:
            self.port = listener.getsockname()[1]
            self._workspace = workspace.create(self._name, self.port, self._root)
            try:
                self._process = self._spawn(listener, self._workspace)
            except OSError as error:
                self.stop()
                raise EmulatorError(f"The emulator could not be started: {error}.") from error
        try:
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the child and all its Lambda workers, then remove the folder. May be called twice."""
        self._session = None
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        space, self._workspace = self._workspace, None
        if space is not None:
            space.remove()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _spawn(self, listener: socket.socket, space: workspace.Workspace) -> subprocess.Popen[bytes]:
        with space.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "local.emulator.serve", str(listener.fileno()), str(space.path)],
                cwd=workspace.REPOSITORY,
                env=child_environment(self.port, space.path, self._settings),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(listener.fileno(), space.lock),
                start_new_session=True,
            )

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise EmulatorError(f"The emulator exited at start. Its log ends with:\n{self._log_tail()}")
            if is_healthy(self.endpoint):
                return
            time.sleep(0.02)
        raise EmulatorError(
            f"The emulator did not answer within {START_SECONDS:.0f} seconds. Its log ends with:\n{self._log_tail()}"
        )

    def _log_tail(self, lines: int = 15) -> str:
        text = (self.folder / "emulator.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:]) or "(empty)"


def require_python(version: tuple[int, ...] = tuple(sys.version_info[:2])) -> None:
    if version < OLDEST_PYTHON:
        wanted, found = (".".join(map(str, numbers)) for numbers in (OLDEST_PYTHON, version))
        raise EmulatorError(f"Python {wanted} or newer is needed, this is Python {found}.")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Closing standard input asks the child to end; its process group (the Lambda workers) gets no choice."""
    if process.stdin is not None:
        process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
