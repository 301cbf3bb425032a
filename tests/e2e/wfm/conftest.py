"""One deployment for all tests of a session; each test brings tenants of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.amc_simulator.configuration import Configuration
from local.emulator import ServerSettings
from local.runtime import Runtime
from tests.e2e.deployment import WAIT_SCALE, Deployment
from tests.e2e.recorded_calls import RecordedCalls

CLOCK_FACTOR = 60.0  # a minute of AMC's time is a second
TIMEOUT_SCALE = 1 / 360  # an hour without a sign of life passes in ten seconds


@pytest.fixture(scope="session")
def recorded_calls(local_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedCalls]:
    recorded = RecordedCalls(tmp_path_factory.mktemp("calls"), local_assembly)
    yield recorded
    recorded.keep_used()


@pytest.fixture(scope="session")
def wfm(local_assembly: Path, recorded_calls: RecordedCalls) -> Iterator[Deployment]:
    """Waits, retry intervals and the time-outs of task tokens are shortened; nothing else differs from AWS."""
    configuration = Configuration(clock_factor=CLOCK_FACTOR)
    settings = ServerSettings(wait_scale=WAIT_SCALE, timeout_scale=TIMEOUT_SCALE, variables=recorded_calls.variables)
    with Runtime(local_assembly, name="e2e", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)


@pytest.fixture(autouse=True)
def is_permitted(recorded_calls: RecordedCalls) -> Iterator[None]:
    """The emulator lets every Lambda do everything: what AWS would have refused fails the test."""
    yield
    assert recorded_calls.refused() == []


@pytest.fixture
def no_tracker(wfm: Deployment) -> Iterator[None]:
    """Neither the minute's tick nor a result in a bucket starts the tracker."""
    scheduler, events = wfm.client("scheduler"), wfm.client("events")
    prefix = wfm.runtime.stack
    tick = scheduler.get_schedule(Name=f"{prefix}-tracking")
    kept = {name: tick[name] for name in ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow")}
    events.disable_rule(Name=f"{prefix}-result-landed")
    scheduler.update_schedule(**kept, State="DISABLED")
    yield
    scheduler.update_schedule(**kept, State="ENABLED")
    events.enable_rule(Name=f"{prefix}-result-landed")
