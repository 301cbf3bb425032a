"""What all tests share: an environment without the developer's settings, and the synthesized assemblies."""

import gc
import os
import threading
from collections.abc import Generator, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import botocore.session
import pytest
from hypothesis import HealthCheck, settings

from infra.node import use_bundled_node
from tests.assemblies import synthesized
from tests.environment import enter_known_environment
from tests.reliability.report import FaultReport, Reports
from tests.threads import brought_along, left_behind

ROOT = Path(__file__).resolve().parent.parent
CLOCK = "WFM_TEST_CLOCK"  # see tests/travel.py, which needs time-machine

enter_known_environment()
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(ROOT / "build" / "cache" / "hypothesis")
use_bundled_node()
# Each session of botocore would parse its models anew, which takes longer than most tests that make one.
botocore.session.create_loader = cache(botocore.session.create_loader)
# A machine that is busy makes examples slowly; that says nothing about the code.
settings.register_profile("wfm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wfm")
travel = import_module("tests.travel").Travel(os.environ[CLOCK]) if CLOCK in os.environ else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All modules and tests stay to the end: the garbage collector never goes through them, which takes it a second."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_runtest_setup() -> None:
    """Each test begins at the clock that was asked for."""
    if travel:
        travel.begin_test()


@pytest.fixture(autouse=True)
def ends_its_threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves threads running; e2e tests may."""
    before = set(threading.enumerate())
    yield
    if "e2e" not in request.path.relative_to(ROOT).parts:
        assert left_behind(before) == []
        assert brought_along() == []


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The cloud assembly for AWS, by `python app.py`."""
    return synthesized("aws")


@pytest.fixture(scope="session")
def whole_assembly() -> Path:
    """The same with all that is off by default."""
    return synthesized("deliveries")


@pytest.fixture(scope="session")
def local_assembly() -> Path:
    """The same for this machine: it differs in the vendored wheels alone."""
    return synthesized("local")


@pytest.fixture(scope="session")
def acceptance_assembly() -> Path:
    """What `make acceptance TARGET=local` deploys, under the name `tests.assemblies.ACCEPTANCE`."""
    return synthesized("acceptance")


@pytest.fixture(scope="session")
def fault_report() -> Iterator[FaultReport]:
    """Tells docs/reliability.md how often a fault was tried: `fault_report("name in the catalogue", times)`."""
    reports = Reports()
    yield reports.add
    reports.write(ROOT / "build" / "reliability")
