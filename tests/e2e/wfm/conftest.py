"""One deployment for all tests of a session; each test brings tenants of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.amc_simulator.configuration import Configuration
from local.emulator import ServerSettings
from local.runtime import Runtime
from tests.e2e.deployment import WAIT_SCALE, Deployment

CLOCK_FACTOR = 60.0  # a minute of AMC's time is a second
TIMEOUT_SCALE = 1 / 720  # an hour without a sign of life passes in five seconds


@pytest.fixture(scope="session")
def wfm(local_assembly: Path) -> Iterator[Deployment]:
    """Waits, retry intervals and the time-outs of task tokens are shortened; nothing else differs from AWS."""
    configuration = Configuration(clock_factor=CLOCK_FACTOR)
    settings = ServerSettings(wait_scale=WAIT_SCALE, timeout_scale=TIMEOUT_SCALE)
    with Runtime(local_assembly, name="e2e", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)
