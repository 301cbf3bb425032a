"""`.ci/setup` as `make` calls it: what it installs, with what, and what it does after a mishap."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.clone import Clone, python_with_pip
from tests.setup.conftest import LOCKED
from tests.setup.old_pips import BY_HASH, ENTRIES, WHEELS, folder

AS_LOCKED = {"clone": "1", **{wheel.name: wheel.version for wheel in LOCKED}}
SUPPORTED = ("3.11", "3.12", "3.13")


@pytest.mark.parametrize("pip", ENTRIES)
def test_an_old_pip_makes_an_environment_of_exactly_what_the_lock_names(fresh: Clone, pip: str, tmp_path: Path) -> None:
    done = fresh.set_up(PYTHON=python_with_pip(tmp_path, pip))

    assert done.returncode == 0, done.stderr
    assert fresh.pip_version() == pip
    assert fresh.installed() == AS_LOCKED


def test_a_resolver_would_have_met_what_the_index_offers_since(fresh: Clone, index: str, tmp_path: Path) -> None:
    """The index is as nasty as it must be: an installer that looks at dependencies fails on the same lock."""
    resolving = [option for option in BY_HASH if option != "--no-deps"]
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        *resolving,
        "--index-url",
        index,
        "--target",
        str(tmp_path / "x"),
    ]

    done = subprocess.run(
        [*command, "--requirement", str(fresh.root / "requirements" / "dev.txt")],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder("23.2.1")), "PIP_CONFIG_FILE": "/dev/null"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "beta[fast]>=1.0" in done.stderr


@pytest.mark.parametrize("version", SUPPORTED)
def test_each_supported_python_of_this_machine_is_taken(fresh: Clone, version: str) -> None:
    python = _interpreter(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine")

    done = fresh.set_up(PYTHON=python)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Making .venv with Python {version}.")
    assert fresh.installed() == AS_LOCKED


def test_a_python_that_is_not_supported_is_refused_by_its_version(fresh: Clone, tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.10.13\nexit 1\n')
    old.chmod(0o755)

    done = fresh.set_up(PYTHON=str(old))

    assert done.returncode != 0
    assert "WFM needs Python 3.11, 3.12 or 3.13, and finds Python 3.10.13" in done.stderr
    assert not (fresh.root / ".venv").exists()


def test_an_interrupted_environment_is_made_good_by_the_next_call(fresh: Clone) -> None:
    environment = fresh.root / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text("home = /nowhere\n")
    (environment / "bin" / "python").write_text("half a file")

    done = fresh.set_up()

    assert done.returncode == 0, done.stderr
    assert fresh.installed() == AS_LOCKED


def test_a_failed_installation_leaves_nothing_that_counts_as_ready(fresh: Clone) -> None:
    fresh.set_up(UV_DEFAULT_INDEX="http://127.0.0.1:9/", UV_HTTP_RETRIES="0")

    assert not (fresh.root / ".venv" / ".ready").exists()
    again = fresh.set_up()
    assert again.returncode == 0, again.stderr
    assert fresh.installed() == AS_LOCKED


def test_what_is_ready_is_not_made_again_until_the_clone_is_moved(fresh: Clone, tmp_path: Path) -> None:
    fresh.set_up()

    again = fresh.set_up()
    moved = Clone(fresh.root.rename(tmp_path / "moved"), fresh.environment).set_up()

    assert "Making .venv" not in again.stdout
    assert "Making .venv" in moved.stdout


def test_somebody_elses_folder_of_that_name_is_left_alone(fresh: Clone) -> None:
    notes = fresh.root / ".venv" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine")

    done = fresh.set_up()

    assert "is not an environment of Python: move it away" in done.stderr
    assert notes.read_text() == "mine"


def test_the_installer_takes_the_mirror_that_pip_is_told_to_use(fresh: Clone, index: str) -> None:
    """pip finds the installer's wheel in its folder all the same, so it need not be in the mirror."""
    own = {"UV_DEFAULT_INDEX", "PIP_NO_INDEX"}
    without = {name: value for name, value in fresh.environment.items() if name not in own}

    done = Clone(fresh.root, without).set_up(PIP_INDEX_URL=index, PIP_FIND_LINKS=str(WHEELS))

    assert done.returncode == 0, done.stderr
    assert fresh.installed() == AS_LOCKED


def _interpreter(version: str) -> str | None:
    """Its own path, since a name may be a shim that refuses."""
    command = [f"python{version}", "-c", "import sys; print(sys.executable)"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
