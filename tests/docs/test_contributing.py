"""What CONTRIBUTING.md and SECURITY.md name is there, and what they quote is what stands in the file."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = ("CONTRIBUTING.md", "SECURITY.md")
GAP = "..."  # stands in a quote for lines that are left out
MADE = ("build/", ".venv/")  # by the targets themselves
FILE = re.compile(r"[\w.-]+(/[\w.-]*)+|[\w-]+\.(md|toml)")
QUOTED = re.compile(r"^```python\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def make_targets(text: str) -> set[str]:
    """`setup`, `pictures` of "`make setup pictures`", and of lines of shell."""
    calls = re.findall(r"(?:^|`)make ((?:[a-z]+ ?)+)", text, re.MULTILINE)
    return {target for call in calls for target in call.split()}


def documented_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    code = re.findall(r"`([^`\n]+)`", text_of(page))
    links = re.findall(r"\]\(([^)#:]+)[)#]", text_of(page))
    named = {*links, *(word for word in code if FILE.fullmatch(word) and not word.startswith(MADE))}

    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_target_that_contributors_are_told_of_is_there() -> None:
    named = make_targets(text_of("CONTRIBUTING.md"))

    assert named == documented_targets()


def test_the_quoted_code_is_the_code() -> None:
    quotes = QUOTED.findall(text_of("CONTRIBUTING.md"))

    assert len(quotes) >= 5
    for file, quoted in quotes:
        lines = text_of(file).splitlines()
        assert [line for line in quoted.splitlines() if line not in lines and line.strip() != GAP] == []


def test_the_quoted_snapshot_is_the_snapshot() -> None:
    [quoted] = re.findall(r"^```\n(Lambda::Function.*?)^```$", text_of("CONTRIBUTING.md"), re.MULTILINE | re.DOTALL)

    lines = text_of("tests/infra/snapshots/syncing.txt").splitlines()

    assert [line for line in quoted.splitlines() if line not in lines] == []


def test_the_readme_leads_to_the_same_step() -> None:
    [anchor] = re.findall(r"\(CONTRIBUTING\.md#([\w-]+)\)", text_of("README.md"))

    assert f"## {anchor.replace('-', ' ').capitalize()}\n" in text_of("CONTRIBUTING.md")


def test_each_commit_passes_what_is_fast() -> None:
    [repository] = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"]

    [hook] = repository["hooks"]

    assert hook["entry"].split() == ["make", "lint", "unit"]
    assert set(hook["entry"].split()[1:]) <= documented_targets()
    assert (hook["language"], hook["pass_filenames"]) == ("system", False)


def test_a_container_is_set_up_by_the_same_target() -> None:
    container = json.loads(text_of(".devcontainer/devcontainer.json"))

    assert container["postCreateCommand"] == "make setup"
    assert container["image"].startswith("python:3.")
