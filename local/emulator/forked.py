"""Lambda workers that are forked of a process which has imported all that they share; Linux only."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("fork_server.py")
LOOK_SECONDS = 0.005


class ForkServer:
    """`fork_server.py` for one folder of code; started when it is first needed, and again when it has died."""

    def __init__(self, code: str, package: str) -> None:
        self._command = [sys.executable, str(SCRIPT)]
        self._arguments = [code, package]
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._lock = threading.Lock()

    def start_worker(self, script: str, cwd: str, env: dict[str, str]) -> "ForkedWorker":
        """A process that runs `script` as a fresh interpreter would; OSError if that fails twice."""
        order = json.dumps({"script": script, "cwd": cwd, "env": env}).encode()
        with self._lock:
            try:
                return self._ordered(order)
            except OSError:
                self._stop()
                return self._ordered(order)

    def _ordered(self, order: bytes) -> "ForkedWorker":
        orders = self._orders or self._start()
        (stdin, to_stdin), (from_stdout, stdout), (from_stderr, stderr) = (os.pipe() for _ in range(3))
        ours = (open(to_stdin, "w", 1), open(from_stdout), open(from_stderr))  # noqa: PTH123, SIM115 (descriptors)
        try:
            socket.send_fds(orders, [order], [stdin, stdout, stderr])
            pid = orders.recv(32)
        finally:
            for descriptor in (stdin, stdout, stderr):
                os.close(descriptor)
        if not pid:
            raise ConnectionResetError("the fork server has died")
        return ForkedWorker(int(pid), *ours)

    def _start(self) -> socket.socket:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*self._command, str(theirs.fileno()), *self._arguments],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        return self._orders

    def _stop(self) -> None:
        if self._orders and self._process:
            self._orders.close()
            self._process.kill()
            self._process.wait()
        self._orders = self._process = None


class ForkedWorker:
    """What the package uses of `subprocess.Popen`, for an adopted child."""

    def __init__(self, pid: int, stdin: Any, stdout: Any, stderr: Any) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.returncode: int | None = None
        self._reaping = threading.Lock()

    def poll(self) -> int | None:
        """The exit code as subprocess has it: None while it runs, minus the signal that ended it."""
        with self._reaping:
            if self.returncode is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
            return self.returncode

    def wait(self, timeout: float) -> int:
        """subprocess.TimeoutExpired if it still runs after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"worker {self.pid}", timeout)
            time.sleep(LOOK_SECONDS)
        return code

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)
