"""The command is fast: what it takes is held against what Python takes to start, and AWS's calls are counted.

The time is the process's own (CPU), to which a busy machine adds little; each bound is about twice what is measured.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wfm.aws_by_http import AwsByHttp, serving
from tests.wfm.deployed import Deployed

WFM = str(Path(sys.executable).parent / "wfm")
TENANTS, WORKFLOWS = 100, 300
TRIES = 2


def seconds(*words: str) -> float:
    """What the fastest of a few runs takes of the processor."""
    return min(_once(words) for _ in range(TRIES))


def _once(words: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(words, env=dict(os.environ), capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode == 0, ended.stderr
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.fixture(scope="module")
def start_of_python() -> float:
    """The unit that all is measured in: about 13 ms on a machine of 2026."""
    return min(seconds(sys.executable, "-c", "pass") for _ in range(TRIES))


@pytest.fixture
def served(deployed: Deployed) -> Iterator[AwsByHttp]:
    with serving() as server:
        yield server


def test_help_takes_less_than_forty_starts_of_python(aws_settings: None, start_of_python: float) -> None:
    assert seconds(WFM, "--help") / start_of_python < 40


def test_the_status_of_100_tenants_takes_less_than_180_starts_of_python(
    deployed: Deployed, served: AwsByHttp, start_of_python: float
) -> None:
    for number in range(TENANTS):
        deployed.put_tenant(f"t{number:03}")

    ratio = seconds(WFM, "--endpoint-url", served.url, "status") / start_of_python

    assert ratio < 180
    assert served.calls["sqs"] == TRIES * TENANTS
    assert served.calls["dynamodb"] == TRIES * (2 * TENANTS + 5)  # and one that is for all of them: five


def test_the_list_of_a_library_of_300_workflows_takes_less_than_200_starts_of_python(
    deployed: Deployed, served: AwsByHttp, start_of_python: float
) -> None:
    for number in range(WORKFLOWS):
        record = {"workflowId": f"w{number:03}", "version": 1, "sqlQuery": "SELECT 1"}
        deployed.table("WorkflowLibrary").put_item(Item=record)
        deployed.put_workflow(f"w{number:03}")

    ratio = seconds(WFM, "--endpoint-url", served.url, "library", "list") / start_of_python

    assert ratio < 200
    assert served.calls["dynamodb"] == TRIES * 2  # one scan of each table: as many calls for ten workflows
