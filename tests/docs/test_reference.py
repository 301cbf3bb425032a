"""The pages that are written from the code are current, and leave nothing out."""

import re
from pathlib import Path

import pytest

import wfm.cli
from docs.reference import pages
from docs.reference.schemas import SCHEMAS

PAGES = pages()


@pytest.mark.parametrize("path", list(PAGES), ids=lambda path: path.name)
def test_a_page_is_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "write it anew: python -m docs.reference"


def text(name: str) -> str:
    return next(text for path, text in PAGES.items() if path.name == name)


def test_every_verb_of_every_noun_is_there() -> None:
    headings = set(re.findall(r"^##+ wfm (.+)$", text("commands.md"), re.MULTILINE))
    verbs = {
        f"{noun} {verb}"
        for noun in wfm.cli.COMMANDS
        for verb, command in getattr(wfm.cli.load(noun), "commands", {}).items()
        if not command.hidden
    }

    assert verbs | {*wfm.cli.COMMANDS} <= headings


def test_every_schema_is_there_with_its_fields() -> None:
    page = text("schemas.md")

    assert {f"`schemas/{path.name}`" for path in SCHEMAS.glob("*.json")} == set(
        re.findall(r"`schemas/\w+\.json`", page)
    )
    assert "| `payload.timeWindowStart` |" in page
    assert "| `environments` |" in text("parameters.md")
