"""Runs the simulator as a child process."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from local.amc_simulator.client import SimulatorClient
from local.amc_simulator.configuration import Configuration

_ROOT = Path(__file__).resolve().parents[2]


class AmcSimulator:
    """A context manager: started on entry, gone on exit, and gone too if this process dies.

    `environment` is added to this process's own; with AWS_ENDPOINT_URL in it, results are written to S3
    there. What goes wrong is written to `log`, or to this process's standard error.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        configuration: Configuration | None = None,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self._port = port
        self._configuration = configuration or Configuration()
        self._environment = {**os.environ, **(environment or {})}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self, timeout: float = 120) -> Self:
        """Start it and wait until it can be called.

        OSError with its exit code if it does not come up in `timeout` seconds.
        """
        with self._log.open("ab") if self._log else nullcontext() as errors:
            process = subprocess.Popen(
                self._command(),
                cwd=_ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        self._process = process
        line = _first_line(process.stdout, timeout)
        if not line:
            self.stop()
            where = f"port {self._port}" if self._port else "a free port"
            raise OSError(f"The AMC simulator did not start on {where}; its exit code is {process.returncode}.")
        self.url = str(json.loads(line)["url"])
        return self

    def stop(self) -> None:
        """End it; harmless when it has ended."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()

    def endpoints(self) -> str:
        """The value of the CloudFormation parameter AmcEndpoints: every region's hosts are this simulator."""
        hosts = {"api": self.url, "token": f"{self.url}/auth/o2/token"}
        return json.dumps(dict.fromkeys(("NA", "EU", "FE"), hosts))

    def client(self) -> SimulatorClient:
        """A client of its `/_simulator` routes."""
        return SimulatorClient.by_http(self.url)

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _command(self) -> list[str]:
        configuration = self._configuration.model_dump_json(by_alias=True)
        module = "local.amc_simulator.serve"
        return [sys.executable, "-m", module, "--port", str(self._port), "--configuration", configuration]


def _first_line(pipe: IO[bytes] | None, timeout: float) -> bytes:
    """Empty if nothing comes in time, or if the other side is gone."""
    ready = pipe is not None and select.select([pipe], [], [], timeout)[0]
    return pipe.readline() if pipe and ready else b""
