import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import asset
from infra.asset import PYTHONS, ROOT, AssetError, staged_asset
from infra.bytecode import add_bytecode, python_of
from infra.service_function import ARCHITECTURE, RUNTIME

UNCHECKED_HASH = b"\x01\x00\x00\x00"  # the flags of PEP 552
ELF_MACHINES = {"arm64": 183, "x86_64": 62}  # e_machine of the ELF specification
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def test_the_asset_holds_the_functions_the_schemas_and_their_dependencies() -> None:
    with staged_asset("aws") as directory:
        top = {path.name for path in directory.iterdir()}

        product = {path.name for path in (directory / "wfm").iterdir()}

    assert {"functions", "wfm", "aws_lambda_powertools", "jsonschema", "urllib3"} <= top
    assert not {"boto3", "botocore", "bin", "infra", "tests"} & top
    assert product == {"__init__.py", "errors.py", "calendar", "model", "store", "schemas"}


def test_what_only_the_command_needs_is_not_in_it() -> None:
    with staged_asset("aws") as directory:
        names = {path.name for path in directory.iterdir()}

    assert names.isdisjoint({"sqlglot", "jinja2", "rich", "typer"})


def test_nothing_in_the_asset_differs_from_one_staging_to_the_next() -> None:
    with staged_asset("aws") as first, staged_asset("aws") as second:
        assert _digest(first) == _digest(second)
        assert not list(first.rglob("*.dist-info"))


def test_the_local_asset_holds_the_same_bytecode_each_time_which_is_checked_against_nothing() -> None:
    with staged_asset("local") as first, staged_asset("local") as second:
        compiled = {path.relative_to(first): path.read_bytes() for path in first.rglob("*.pyc")}
        again = {path.relative_to(second): path.read_bytes() for path in second.rglob("*.pyc")}
        modules = list(first.rglob("*.py"))

    assert len(compiled) == len(modules) > 0
    assert {content[4:8] for content in compiled.values()} == {UNCHECKED_HASH}
    assert compiled == again


def test_without_the_python_that_runs_it_the_asset_has_no_bytecode(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("VALUE = 1\n")

    assert not add_bytecode(tmp_path, ["python-that-is-not-there"])
    assert not add_bytecode(tmp_path, [sys.executable, "--no-such-option"])
    assert [path.name for path in tmp_path.iterdir()] == ["module.py"]


def test_bytecode_is_made_by_the_version_that_runs_it() -> None:
    running = ".".join(map(str, sys.version_info[:2]))

    assert python_of(None) == python_of(running) == [sys.executable]
    assert python_of("3.99") == ["python3.99"]
    assert RUNTIME.name == f"python{PYTHONS['aws']}"


def test_native_wheels_are_those_of_the_functions_architecture_and_runtime() -> None:
    with staged_asset("aws") as directory:
        natives = list(directory.rglob("*.so"))

        assert natives
        for native in natives:
            machine = int.from_bytes(native.read_bytes()[18:20], "little")
            assert machine == ELF_MACHINES[ARCHITECTURE.name]
            assert f"cpython-{RUNTIME.name.removeprefix('python').replace('.', '')}-" in native.name


def test_the_local_asset_runs_without_anything_else_installed() -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); import aws_lambda_powertools, jsonschema, urllib3"

    with staged_asset("local") as directory:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", program, str(directory)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.stderr == ""
    assert done.returncode == 0


def test_wheels_that_are_not_installed_are_a_sentence_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset, "BUILD", tmp_path)

    with pytest.raises(AssetError, match=r"run `make setup`\.$"), staged_asset("aws"):
        pass


def test_an_unknown_platform_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AssetError, match="is 'azure', but must be aws or local"):
        asset.wheels_directory("azure")


def test_the_wheels_are_made_anew_when_the_lock_changes(tmp_path: Path) -> None:
    before = asset.wheels_directory("aws")
    lock = tmp_path / "lambda.txt"
    lock.write_text(asset.LOCK.read_text() + "\n# changed\n")

    assert asset.wheels_directory("aws", lock) != before


def test_the_lambdas_run_the_versions_that_the_tests_run() -> None:
    tested = dict(PINNED.findall((ROOT / "requirements" / "dev.txt").read_text()))
    deployed = dict(PINNED.findall(asset.LOCK.read_text()))

    assert deployed
    assert deployed.items() <= tested.items()


def test_the_lambda_lock_does_not_depend_on_who_installs_it() -> None:
    """pip evaluates environment markers against its own interpreter, also when it installs for another."""
    assert " ; " not in asset.LOCK.read_text()


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        digest.update(path.relative_to(directory).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
