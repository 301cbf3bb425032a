"""One emulator for all end-to-end tests of a session, and one without patches for what the package does itself."""

from collections.abc import Iterator

import pytest

from local.emulator import Emulator, ServerSettings, patches


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Waits and retry intervals, time-outs and heartbeats all run at a tenth of their length."""
    with Emulator("tests", settings=ServerSettings(wait_scale=0.1, timeout_scale=0.1)) as running:
        yield running


@pytest.fixture(scope="session")
def unpatched() -> Iterator[Emulator]:
    settings = ServerSettings(wait_scale=0.1, patches_off=frozenset(patches.names()))
    with Emulator("tests-unpatched", settings=settings) as running:
        yield running
