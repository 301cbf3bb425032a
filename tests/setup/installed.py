"""The wheel of this project, and an environment that has it, for tests of what people install."""

import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

import pytest

from tests.setup.old_pips import ROOT

DEPENDENCIES: Final = next(entry for entry in sys.path if entry.endswith("site-packages"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the files that a clone has, by the pinned backend, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("-m", "uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--offline", "--no-config")
    command = [sys.executable, *build, "--python", sys.executable, "--out-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and sees its dependencies beside it."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment)
    install = ("-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--no-config")
    python = environment / "bin" / "python"
    subprocess.run([sys.executable, *install, "--python", str(python), str(wheel)], check=True, capture_output=True)
    return environment / "bin"
