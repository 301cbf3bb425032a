"""What all tests share: an environment without the developer's settings, and the synthesized assemblies."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest

from infra.node import use_bundled_node
from tests.assemblies import synthesized
from tests.reliability.report import FaultReport, Reports

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ("AWS_", "CDK_", "JSII_", "WFM_")  # prefixes of variables that change what is built or tested

for name in [name for name in os.environ if name.startswith(SETTINGS) and name != "WFM_ACCEPT_SNAPSHOT"]:
    del os.environ[name]
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(ROOT / "build" / "cache" / "hypothesis")
use_bundled_node()
# Each session of botocore would parse its models anew, which takes longer than most tests that make one.
botocore.session.create_loader = cache(botocore.session.create_loader)


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The cloud assembly for AWS, by `python app.py`."""
    return synthesized("aws")


@pytest.fixture(scope="session")
def local_assembly() -> Path:
    """The same for this machine: it differs in the vendored wheels alone."""
    return synthesized("local")


@pytest.fixture(scope="session")
def fault_report() -> Iterator[FaultReport]:
    """Tells docs/reliability.md how often a fault was tried: `fault_report("name in the catalogue", times)`."""
    reports = Reports()
    yield reports.add
    reports.write(ROOT / "build" / "reliability")
