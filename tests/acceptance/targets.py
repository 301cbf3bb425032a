"""A target that deploys nothing, and checks that do as they are told."""

from collections.abc import Callable, Mapping
from typing import Any

import boto3

from acceptance.check import Check
from acceptance.naming import Name
from acceptance.world import Pace, World
from local.amc_simulator.client import SimulatorClient
from wfm.client.connection import Connection

NAME = Name("wfm-acceptance-abc123")


class IdleTarget:
    """`making` is what happens when it is made."""

    name = NAME
    outputs: Mapping[str, str] = {}

    def __init__(
        self, *, is_account: bool = True, making: Callable[[], None] = lambda: None, checks_seconds: float = 60
    ) -> None:
        self.is_account = is_account
        self.pace = Pace(patience=1, look=0, run=1, ahead=1, checks_seconds=checks_seconds)
        self._making = making

    def make(self, say: Callable[[str], None]) -> None:
        self._making()

    @property
    def session(self) -> boto3.Session:
        return boto3.Session(region_name="eu-west-1")

    @property
    def amc(self) -> SimulatorClient:
        return SimulatorClient(lambda *_: (200, b"{}"))

    def connection(self) -> Connection:
        return Connection()

    def environment(self) -> dict[str, str]:
        return {}

    def redeploy(self) -> None:
        raise AssertionError

    def let_queues_go(self, customer_id: str) -> None:
        raise AssertionError


def a_check(name: str, does: Callable[[], str] = lambda: "seen", **fields: Any) -> Check:
    def run(_: World) -> str:
        return does()

    return Check(name, run, **({"proves": f"{name} works"} | fields))


def fails() -> str:
    raise ValueError("nothing came")


def is_interrupted() -> str:
    raise KeyboardInterrupt
