"""One acceptance from the first stack to the last bucket: whatever happens in between, all is taken down."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from acceptance.check import Check
from acceptance.errors import AcceptanceError
from acceptance.runner import Run, Say
from acceptance.verdicts import Line
from acceptance.world import Target, World
from local.amc_simulator.client import SimulatorError
from local.emulator.errors import DeploymentError


class Makeable(Target, Protocol):
    """A target that is not there yet."""

    def make(self, say: Say) -> None: ...


@dataclass(frozen=True)
class Report:
    """`left` is what could not be removed, with the reason."""

    lines: Sequence[Line]
    left: dict[str, str] = field(default_factory=dict)
    was_interrupted: bool = False


def conduct(target: Makeable, checks: Sequence[Check], take_down: Callable[[], dict[str, str]], say: Say) -> Report:
    """Make, check, take down. KeyboardInterrupt ends the checks, not the removal."""
    run = Run(checks, is_account=target.is_account, say=say)
    was_interrupted = False
    try:
        target.make(say)
        run.run(World(target), time.monotonic() + target.pace.checks_seconds)
    except (AcceptanceError, BotoCoreError, ClientError, DeploymentError, SimulatorError) as exc:
        run.skip_rest(f"it could not be deployed: {exc}")
    except KeyboardInterrupt:
        was_interrupted = True
        say("stopped: all of it is taken down now, which takes some minutes on an account")
        run.skip_rest("it was stopped before")
    left = _take_down(take_down)
    return Report(run.lines, left, was_interrupted)


def _take_down(take_down: Callable[[], dict[str, str]]) -> dict[str, str]:
    try:
        return take_down()
    except KeyboardInterrupt:
        return {"everything that is not reported as removed": "the removal was stopped as well"}
