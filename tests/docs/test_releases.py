"""Each version has notes: what changes, and what must be done. Its rows are recorded."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (Unreleased|\d{4}-\d{2}-\d{2})$", re.MULTILINE)
TO_DO = "### When you update"


def releases() -> dict[str, str]:
    """The notes of each version, the newest first."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = HEADING.split(text)[1:]
    return {version: notes for version, _, notes in zip(*[iter(parts)] * 3, strict=True)}


def test_the_version_of_the_package_has_notes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert next(iter(releases())) == project["version"]


def test_versions_go_down_and_none_is_there_twice() -> None:
    numbers = [tuple(map(int, version.split("."))) for version in releases()]

    assert numbers == sorted(set(numbers), reverse=True)
    assert len(HEADING.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))) == len(numbers)


@pytest.mark.parametrize("version", list(releases())[:-1])  # nobody came to the first one from another
def test_a_version_says_what_must_be_done_before_all_else(version: str) -> None:
    notes = releases()[version].lstrip()

    assert notes.startswith(TO_DO)
    assert len(re.findall(r"^- ", notes.split("\n### ")[0], re.MULTILINE)) >= 1


@pytest.mark.parametrize("version", list(releases()))
def test_the_rows_of_each_version_are_recorded(version: str) -> None:
    assert (ROOT / "tests" / "released_rows" / f"{version}.json").exists()
