"""docs/acceptance.md has the checks that there are, and its commands are those of the Makefile."""

import re
from pathlib import Path

from acceptance.checks import CHECKS
from acceptance.naming import Name

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")


def test_the_table_holds_each_check_in_its_order() -> None:
    rows = re.findall(r"^\| (.*?) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)

    shown = [tuple(cell.strip() for cell in row) for row in rows if row[0] != "check"]
    assert shown == [(check.name, check.proves, check.on_account) for check in CHECKS]


def test_what_the_page_sets_the_makefile_takes() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^make acceptance(.*?)(?:#.*)?$", PAGE, re.MULTILINE)
    settings = {name: value for line in commands for name, value in re.findall(r"([A-Z]+)=(\S+)", line)}

    assert settings.keys() == {"TARGET", "PROFILE", "REGION", "YES", "REMOVE"}
    assert all(f"$({name})" in makefile or f"$(or $({name})" in makefile for name in settings)
    assert Name.read(settings["REMOVE"]).text == settings["REMOVE"]
