"""What the chapters share: the runtime, a client of its WFM, the inbox, the narrator and the folder of the files."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from local.amc_simulator.configuration import Behaviour, Configuration, Duration
from local.emulator import ServerSettings
from local.runtime import Runtime
from local.story.inbox import Inbox
from local.story.narrator import BrokenStory, Narrator
from wfm.client.wfm import Wfm

CLOCK_FACTOR: Final = 80  # an AMC run of four minutes takes three seconds
CAMPAIGNS: Final = 6  # a line each in a result
# Waits of state machines take a twentieth of their time; the tracker, and what else goes by rate, come in every sixth.
SETTINGS: Final = ServerSettings(wait_scale=0.05, schedule_scale=1 / 6)
CONFIGURATION: Final = Configuration(
    clock_factor=CLOCK_FACTOR,
    default_behaviour=Behaviour(running=Duration(median=240, sigma=0.3, low=120, high=480), rows=CAMPAIGNS),
)
PATIENCE: Final = 900.0  # seconds that a very busy machine may take for what takes a few
LOOK_SECONDS: Final = 0.5
LOOK_AT_ALL_SECONDS: Final = 2.0  # where a look asks about every client

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class World:
    """Of one telling."""

    runtime: Runtime
    wfm: Wfm
    inbox: Inbox
    narrator: Narrator
    folder: Path


def wait_for(look: Callable[[], Found | None], what: str, pause: float = LOOK_SECONDS) -> Found:
    """The first thing that `look` finds; BrokenStory if patience ends before."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > deadline:
            raise BrokenStory(f"{what}: not within {PATIENCE:.0f} s")
        time.sleep(pause)
    return found
