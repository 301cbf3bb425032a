"""A clone with this project's set-up, and a lock and a package of a test's own."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.setup.old_pips import ROOT, folder

BACKEND = '''"""Makes an editable install of nothing but metadata."""

from zipfile import ZipFile


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    info = "clone-1.dist-info"
    with ZipFile(f"{wheel_directory}/clone-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: clone\\nVersion: 1\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", f"{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/RECORD,,\\n")
    return "clone-1-py3-none-any.whl"
'''
PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "clone"
version = "1"
"""

# `python3 -m venv` with another pip than the one that this Python brings. It takes a tenth of the time, too.
PYTHON = """#!/bin/sh
if [ "$1 $2" != "-m venv" ]; then exec {python} "$@"; fi
{python} -m venv --without-pip "$3" && echo {pip} > "$(echo "$3"/lib/python*/site-packages)/pip.pth"
"""


@dataclass(frozen=True)
class Clone:
    """`environment` is all that its commands see beside PATH."""

    root: Path
    environment: dict[str, str]

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(shutil.which("make")), *arguments],
            cwd=self.root,
            env={"PATH": os.environ["PATH"], **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def set_up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """`make` of the environment alone, without the wheels of the Lambda asset."""
        return Clone(self.root, {**self.environment, **environment}).make(".venv/.ready")

    def pip_version(self) -> str:
        return self._python("-m", "pip", "--version").split()[1]

    def installed(self) -> dict[str, str]:
        """Each package's version in the clone's environment, less pip and its like, which Python itself brings."""
        program = "from importlib.metadata import distributions as d; print(*(f'{x.name}=={x.version}' for x in d()))"
        found = dict(entry.split("==") for entry in self._python("-c", program).split())
        return {name: version for name, version in found.items() if name not in {"pip", "setuptools", "uv"}}

    def _python(self, *arguments: str) -> str:
        command = [str(self.root / ".venv" / "bin" / "python"), "-I", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def clone(root: Path, lock: dict[str, str], **environment: str) -> Clone:
    """`lock` has a hash for each `name==version`."""
    for name in ("Makefile", ".ci/setup", "requirements/installer.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "requirements" / "dev.txt").write_text("".join(f"{pin} --hash={digest}\n" for pin, digest in lock.items()))
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "backend.py").write_text(BACKEND)
    return Clone(root, {"HOME": str(root / "home"), **environment})


def python_with_pip(directory: Path, version: str) -> str:
    """An interpreter whose environments bring that pip."""
    python = directory / f"python-with-pip-{version}"
    python.write_text(PYTHON.format(python=sys.executable, pip=folder(version)))
    python.chmod(0o755)
    return str(python)
