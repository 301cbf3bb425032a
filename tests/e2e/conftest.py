"""One emulator for all end-to-end tests of a session, and one without patches for what the package does itself."""

from collections.abc import Iterator

import pytest

from local.emulator import Emulator, ServerSettings, patches
from tests.e2e.emulator.account import SCHEDULE_SCALE, TIMEOUT_SCALE, WAIT_SCALE


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
