"""One emulator for all end-to-end tests of a session, and one without patches for what the package does itself."""

from collections.abc import Iterator

import pytest

from local.emulator import Emulator, ServerSettings, patches


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Waits, retries, time-outs and heartbeats take a tenth of their time; a schedule's minute is 1.2 seconds."""
    settings = ServerSettings(wait_scale=0.1, timeout_scale=0.1, schedule_scale=0.02)
    with Emulator("tests", settings=settings) as running:
        yield running


@pytest.fixture(scope="session")
def unpatched() -> Iterator[Emulator]:
    settings = ServerSettings(wait_scale=0.1, patches_off=frozenset(patches.names()))
    with Emulator("tests-unpatched", settings=settings) as running:
        yield running
