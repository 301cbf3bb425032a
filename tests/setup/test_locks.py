"""The locks are whole: nothing that they name needs what they do not name, and the tests run on what they name."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.setup.old_pips import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def entries(lock: Path) -> list[str]:
    """Each package's pin with its marker and its hashes, on a line."""
    text = lock.read_text().replace("\\\n", "")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pins(lock: Path) -> list[Requirement]:
    """What the lock names for the interpreter that runs this."""
    named = [Requirement(entry.partition(" --hash=")[0]) for entry in entries(lock)]
    return [pin for pin in named if pin.marker is None or pin.marker.evaluate()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_a_lock_names_one_version_and_a_hash_of_each_package_and_no_index(lock: Path) -> None:
    assert [entry for entry in entries(lock) if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert [entry for entry in entries(lock) if "://" in entry or " @ " in entry or "index" in entry] == []


def test_what_is_installed_is_what_the_lock_names() -> None:
    locked = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins(ROOT / "requirements" / "dev.txt")}

    assert len(locked) > 100
    assert {name: version(name) for name in locked} == locked


def test_no_installed_package_needs_what_is_not_installed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "check", "--python", sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
