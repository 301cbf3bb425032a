"""The table says what was proven, what was not, and what is left."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from acceptance.table import HEADINGS, is_good, print_lines, save, summary
from acceptance.verdicts import Line, Verdict

LINES = [
    Line("onboard", "a record makes a tenant", Verdict.PASSED, 31.4, "first is ACTIVE"),
    Line("onboard", "the key may be used", Verdict.ACCOUNT_ONLY, 31.4, ""),
    Line("run", "a message becomes a run", Verdict.FAILED, 300.2, "CheckFailed: r1 is SUCCEEDED: not within 300 s"),
    Line("backfill", "windows become runs", Verdict.NOT_REACHED, None, "needs: run"),
]


def printed(lines: list[Line], left: dict[str, str]) -> str:
    page = StringIO()
    print_lines(Console(file=page, width=160), lines, left)
    return page.getvalue()


def test_each_line_has_its_check_what_it_proves_the_result_seconds_and_evidence() -> None:
    page = printed(LINES, {})

    rows = [[cell.strip() for cell in row.split("│")[1:-1]] for row in page.splitlines() if row.startswith("│")]
    assert all(heading in page for heading in HEADINGS)
    assert rows == [
        [
            line.check,
            line.proves,
            str(line.verdict),
            "" if line.seconds is None else f"{line.seconds:.0f}",
            line.evidence,
        ]
        for line in LINES
    ]
    assert "1 passed, 1 FAILED, 1 only on an account, 1 not reached" in page
    assert page.rstrip().endswith("all that was made is removed")


def test_what_could_not_be_removed_is_listed_by_its_name_with_the_reason() -> None:
    page = printed(LINES, {"bucket wfm-acceptance-abc123-results-first": "AccessDenied"})

    assert page.rstrip().endswith("could not be removed:\n  bucket wfm-acceptance-abc123-results-first: AccessDenied")


@pytest.mark.parametrize(("count", "good"), [(0, False), (1, True), (2, True), (3, False), (4, False)])
def test_it_is_good_if_something_was_proven_and_nothing_failed_or_was_left_out(count: int, good: bool) -> None:
    assert is_good(LINES[:count]) is good


def test_what_was_never_reached_is_not_good() -> None:
    assert not is_good([LINES[0], LINES[3]])
    assert summary([]) == "no check has run"


def test_the_table_is_kept_as_json(tmp_path: Path) -> None:
    file = save(tmp_path / "new", "wfm-acceptance-abc123", LINES, {"a": "b"})

    kept = json.loads(file.read_text())
    assert [line["verdict"] for line in kept["lines"]] == [str(line.verdict) for line in LINES]
    assert kept["left"] == {"a": "b"}
