"""The lock of the simulator's Lambda names all that it needs; what else it imports is in Lambda's runtime."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from typing import Final

import pytest

from infra.asset import ROOT, SIMULATOR_LOCK, SIMULATOR_SOURCES, staged_simulator
from tests.infra.test_asset import PINNED

RUNTIME: Final = {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"}
# Whoever asks for what is not there on Lambda finds that it is not there.
WITHOUT: Final = """
import json, sys
missing = set(json.loads(sys.argv[1]))
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
import boto3
from wfm.client.workflow_files.sql_check import check_sql
import local.amc_simulator.function_url
check_sql("SELECT COUNT(DISTINCT user_id) FROM dsp_impressions")
boto3.client("s3", region_name="eu-west-1")
"""


def modules_but_of(there: set[str]) -> list[str]:
    """All that is installed here, without what these packages bring along."""
    known = packages_distributions()
    return sorted(module for module, packages in known.items() if not {_plain(name) for name in packages} & there)


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def import_without(missing: list[str]) -> "subprocess.CompletedProcess[str]":
    with staged_simulator("local") as asset:
        command = [sys.executable, "-c", WITHOUT, json.dumps(missing)]
        return subprocess.run(command, cwd=asset, capture_output=True, text=True, check=False)


def locked() -> dict[str, str]:
    return dict(PINNED.findall(SIMULATOR_LOCK.read_text()))


def test_the_simulators_lambda_needs_nothing_but_its_lock_and_the_runtime() -> None:
    done = import_without(modules_but_of(RUNTIME | locked().keys() | {"wfm"}))

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", ["starlette", "sqlglot"])
def test_without_a_package_of_the_lock_it_would_not_start(package: str) -> None:
    done = import_without(modules_but_of(RUNTIME | locked().keys() - {package} | {"wfm"}))

    assert f"No module named '{package}" in done.stderr


def test_the_simulators_lambda_runs_the_versions_that_the_tests_run() -> None:
    tested = dict(PINNED.findall((ROOT / "requirements" / "dev.txt").read_text()))

    assert locked()
    assert locked().items() <= tested.items()
    assert " ; " not in SIMULATOR_LOCK.read_text()


def test_the_simulators_asset_holds_no_more_than_it_runs() -> None:
    with staged_simulator("local") as asset:
        top = {path.name for path in asset.iterdir()}
        beside = {path.name for path in (asset / "local").iterdir()}

    assert top == {name.partition("/")[0] for name in SIMULATOR_SOURCES.values()}
    assert beside == {"amc_simulator"}
