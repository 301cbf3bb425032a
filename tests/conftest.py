"""What all tests share: an environment without the developer's settings, and the synthesized assemblies."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import botocore.session
import pytest

from infra.node import use_bundled_node
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
def assembly() -> Iterator[Path]:
    """The cloud assembly for AWS, by `python app.py`; one of its own for each session, so that two never meet."""
    with _synthesized("aws") as directory:
        yield directory


@pytest.fixture(scope="session")
def local_assembly() -> Iterator[Path]:
    """The same for this machine: it differs in the vendored wheels alone."""
    with _synthesized("local") as directory:
        yield directory


@pytest.fixture(scope="session")
def fault_report() -> Iterator[FaultReport]:
    """Tells docs/reliability.md how often a fault was tried: `fault_report("name in the catalogue", times)`."""
    reports = Reports()
    yield reports.add
    reports.write(ROOT / "build" / "reliability")


@contextmanager
def _synthesized(platform: str) -> Iterator[Path]:
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix=f"test-assembly-{platform}-") as directory:
        context = json.dumps({"platform": platform})
        environment = {**os.environ, "CDK_OUTDIR": directory, "CDK_CONTEXT_JSON": context}
        done = subprocess.run(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(f"app.py failed:\n{done.stderr[-8000:]}")
        yield Path(directory)
