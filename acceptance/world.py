"""What the checks see: a deployed WFM and an AMC, through the interfaces that people have."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Protocol, TypeVar

import boto3

from acceptance.naming import TEAM, Name
from local.amc_simulator.client import SimulatorClient
from wfm.client.connection import Connection
from wfm.client.wfm import Wfm

T = TypeVar("T")


class CheckFailed(Exception):
    """What was seen instead of what should be."""


@dataclass(frozen=True)
class Pace:
    """How fast things go, in seconds: the longest wait for one thing, the time between two looks, a run in AMC.

    `ahead`: a schedule's time is so far ahead when it is made. `lingering`: what is deleted is there for so long.
    `checks_seconds`: after that no check begins.
    """

    patience: float
    look: float
    run: float
    ahead: float
    checks_seconds: float


class Target(Protocol):
    """Where it is deployed."""

    name: Name
    pace: Pace
    is_account: bool

    @property
    def session(self) -> boto3.Session: ...

    @property
    def outputs(self) -> Mapping[str, str]: ...

    @property
    def amc(self) -> SimulatorClient: ...

    def connection(self) -> Connection:
        """How the client gets there."""

    def environment(self) -> dict[str, str]:
        """Of a process that is to get there."""

    def redeploy(self) -> None:
        """Update the stack so that every Lambda changes."""

    def let_queues_go(self, customer_id: str) -> None:
        """The minute that SQS takes to delete a queue has passed."""


class World:
    """One deployment, for the checks."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.pace = target.pace
        self.name = target.name
        self.client: Callable[[str], Any] = cache(target.session.client)
        self.table: Callable[[str], Any] = cache(self._table)

    @property
    def outputs(self) -> Mapping[str, str]:
        """The stack's outputs."""
        return self.target.outputs

    @property
    def amc(self) -> SimulatorClient:
        """What steers the simulator."""
        return self.target.amc

    @cached_property
    def wfm(self) -> Wfm:
        """The client."""
        return Wfm(connection=self.target.connection())

    def _table(self, output: str) -> Any:
        return self.target.session.resource("dynamodb").Table(self.outputs[output])

    def until(self, look: Callable[[], T], what: str) -> T:
        """The first truthy value that `look` gives; CheckFailed with `what` and the last value."""
        deadline = time.monotonic() + self.pace.patience
        while not (found := self._look(look)):
            if time.monotonic() > deadline:
                raise CheckFailed(f"{what}: not within {self.pace.patience:g} s, last seen {found!r}")
            time.sleep(self.pace.look)
        return found

    def _look(self, look: Callable[[], T]) -> T:
        """A Lambda does nothing between two calls: without one, AMC's runs would only end when WFM asks for them."""
        self.amc.advance()
        return look()

    def command(self, *words: str) -> Any:
        """What `wfm ... --json` prints."""
        target = ["--team", TEAM, "--dataset", self.name.dataset]
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "wfm", *target, *words, "--json"],
            env=self.target.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CheckFailed(f"wfm {' '.join(words)}: exit code {done.returncode}: {done.stderr.strip()[-500:]}")
        return json.loads(done.stdout)


def expect(what: str, found: object, wanted: object) -> None:
    """CheckFailed unless they are equal."""
    if found != wanted:
        raise CheckFailed(f"{what}: {found!r}, but should be {wanted!r}")
