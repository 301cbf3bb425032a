"""docs/reliability.md has every fault that the tests try, and says of it what they assert."""

import re
from pathlib import Path

from tests.reliability.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text()
NAMED = re.compile(r'fault_report\(\s*"([^"]+)"')


def rows() -> dict[str, tuple[str, ...]]:
    """The table of faults: what it says of each, without the first column."""
    table = PAGE.partition("## Every fault")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {cells[0]: tuple(cells[1:]) for cells in lines[1:]}


def test_every_fault_stands_on_the_page_as_often_as_it_was_tried_and_with_what_happens() -> None:
    found = rows()

    assert set(found) == set(CATALOGUE)
    for fault, (tried, happens, user_sees) in found.items():
        assert int(tried) >= 1
        assert (happens, user_sees) == (CATALOGUE[fault].happens, CATALOGUE[fault].user_sees)


def test_every_fault_of_the_catalogue_is_tried_by_a_test() -> None:
    sources = [file.read_text() for file in (ROOT / "tests").rglob("test_*.py")]

    assert {name for source in sources for name in NAMED.findall(source)} == set(CATALOGUE)


def test_the_soak_lost_nothing_ran_nothing_twice_and_passed_no_limit() -> None:
    soak = PAGE.partition("## A soak")[2]

    for what in ("lost", "run twice", "tenants over their limit"):
        assert f"| {what} | 0 |" in soak
