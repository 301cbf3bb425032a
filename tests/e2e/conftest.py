"""What all end-to-end tests share: an emulator, one without patches for what its package does itself, and a runtime."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from local import background
from local.emulator import Emulator, ServerSettings, patches
from tests.assemblies import for_this_machine
from tests.e2e.emulator.account import SCHEDULE_SCALE, TIMEOUT_SCALE, WAIT_SCALE

SPEED: Final = 600  # of AMC's clock in the runtime: its runs take seconds


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    settings = ServerSettings(wait_scale=WAIT_SCALE, timeout_scale=TIMEOUT_SCALE, schedule_scale=SCHEDULE_SCALE)
    with Emulator("tests", settings=settings) as running:
        yield running


@pytest.fixture(scope="session")
def unpatched() -> Iterator[Emulator]:
    settings = ServerSettings(wait_scale=WAIT_SCALE, patches_off=frozenset(patches.names()))
    with Emulator("tests-unpatched", settings=settings) as running:
        yield running


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a runtime with the three example tenants, as `wfm local up` starts it, for the pages."""
    for_this_machine()
    directory = tmp_path_factory.mktemp("runtime")
    background.up(speed=SPEED, directory=directory)
    yield directory
    background.down(directory)
