"""docs/reliability.md has every fault that the tests report, and says of it what they assert."""

import re
from collections import defaultdict
from pathlib import Path

from tests.reliability.catalogue import CATALOGUE
from tests.suite import sessions

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ON_THE_EMULATOR = ROOT / "tests" / "e2e"


def rows() -> dict[str, tuple[str, ...]]:
    """The table of faults: what it says of each, without the first column."""
    table = PAGE.partition("## Every fault")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {cells[0]: tuple(cells[1:]) for cells in lines[1:]}


def test_every_fault_stands_on_the_page_as_tried_and_with_what_happens() -> None:
    found = rows()

    assert set(found) == set(CATALOGUE)
    for fault, (tried, happens, user_sees) in found.items():
        assert int(tried) >= 1
        assert (happens, user_sees) == (CATALOGUE[fault].happens, CATALOGUE[fault].user_sees)


def session_of(file: Path) -> object:
    """Of those that one session of the emulator's has, each worker has whole files."""
    if file.is_relative_to(ON_THE_EMULATOR):
        return file
    return next(files for target in ("test", "rehearsals") for files in sessions(target) if file in files)


def test_every_fault_of_the_catalogue_is_tried_and_by_one_session_of_pytest() -> None:
    """Each session counts its own, and the last one's count stands."""
    sources = defaultdict[object, str](str)
    for file in (ROOT / "tests").rglob("test_*.py"):
        if "fault_report(" in (source := file.read_text(encoding="utf-8")):
            sources[session_of(file)] += source

    tried = [fault for source in sources.values() for fault in CATALOGUE if f'"{fault}"' in source]

    assert sorted(tried) == sorted(CATALOGUE)


def test_in_the_soak_every_request_that_nobody_stopped_succeeded_once_within_the_limits() -> None:
    soak = dict(re.findall(r"^\| (.+) \| (\d+) \|$", PAGE.partition("## A soak")[2], re.MULTILINE))
    requests = next(int(count) for what, count in soak.items() if what.startswith("requests of"))
    ends = {what.removeprefix("ended "): int(count) for what, count in soak.items() if re.match("ended [A-Z]", what)}

    assert set(ends) <= {"SUCCEEDED", "CANCELLED"}
    assert sum(ends.values()) == requests
    assert ends.get("CANCELLED", 0) <= int(soak.get("executions stopped", 0))
    assert {soak[what] for what in ("lost", "run twice", "tenants over their limit")} == {"0"}
    assert soak["open after the last sweep"] == "0"
    assert soak["runs started by others"] == soak["of these, recorded as such"]
