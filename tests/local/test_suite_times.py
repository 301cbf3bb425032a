from pathlib import Path

import pytest

from bench.suite_times import Measured, measure, slowest_first

REPORT = """<testsuites><testsuite name="pytest">
<testcase classname="tests.unit" name="test_a" time="0.5"/>
<testcase classname="tests.unit" name="test_b[x-1]" time="2.25"/>
</testsuite></testsuites>"""


def test_the_slowest_tests_stand_first(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)

    tests = slowest_first(tmp_path / "report.xml")

    assert tests == [(2.25, "test_b[x-1]"), (0.5, "test_a")]


def test_a_row_tells_what_a_job_took() -> None:
    tests = [(float(10 - number), f"test_{number}") for number in range(6)]

    row = Measured("tests/unit", 12.4, 20.0, failed=False, tests=tests).row()

    slowest = "; ".join(f"`test_{number}` {10 - number}.0 s" for number in range(5))
    assert row == f"| tests/unit | 6 | 12 s | 20 s | {slowest} |"


def test_a_job_that_is_red_says_so() -> None:
    assert Measured("mypy", 1.0, 2.0, failed=True).row() == "| mypy (red) |  | 1 s | 2 s |  |"


def test_a_check_has_no_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "bench.suite_times.CHECKS", {"version": ["ruff", "--version"], "refused": ["ruff", "--no-such"]}
    )

    measured = [measure(job, tmp_path / "none.xml") for job in ("version", "refused")]

    assert [(one.job, one.failed, one.tests) for one in measured] == [("version", False, []), ("refused", True, [])]
