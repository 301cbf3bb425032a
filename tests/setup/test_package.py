"""What `pip install` of this project gives: one package, `wfm`, with the client and the command."""

import subprocess
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

from tests.setup.installed import DEPENDENCIES, installed, wheel
from tests.setup.old_pips import ROOT

__all__ = ["installed", "wheel"]

EVERY_MODULE = """
import pkgutil, wfm
for module in pkgutil.walk_packages(wfm.__path__, "wfm."):
    if module.name != "wfm.__main__":
        __import__(module.name)
from wfm import Connection, Wfm
print(wfm.__file__)
"""


def test_the_wheel_has_one_top_level_package(wheel: Path) -> None:
    info = f"wfm-{version('wfm')}.dist-info"

    assert {name.partition("/")[0] for name in _names(wheel)} == {"wfm", info}
    assert f"{info}/licenses/LICENSE" in _names(wheel)


def test_the_wheel_carries_the_schemas(wheel: Path) -> None:
    expected = {f"wfm/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.json")}

    assert expected
    assert expected <= set(_names(wheel))


def test_a_report_is_written_from_the_templates_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    page = "from wfm.report.page import report_page; print(report_page([], 0, 60, 60))"

    said = _run(installed / "python", "-P", "-c", page, folder=tmp_path)

    assert said.startswith("<!DOCTYPE html>")
    assert "There are no runs in this period." in said


def test_the_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert _run(installed / "wfm", "--version", folder=tmp_path) == f"wfm {version('wfm')}\n"


def test_every_module_is_imported_without_the_rest_of_the_project(installed: Path, tmp_path: Path) -> None:
    """The last line tells that it was the wheel's package, and not the clone's."""
    said = _run(installed / "python", "-P", "-c", EVERY_MODULE, folder=tmp_path)

    assert Path(said.strip()).is_relative_to(installed.parent)


def _names(wheel: Path) -> list[str]:
    with ZipFile(wheel) as archive:
        return archive.namelist()


def _run(*command: str | Path, folder: Path) -> str:
    environment = {"PYTHONPATH": DEPENDENCIES, "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout
