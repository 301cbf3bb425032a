"""The bench of what a run costs notices what became a fifth worse, and docs/measures.md has a row for each case."""

import pytest

from bench.run_polls import PAGE, cases, worse

ROW = "| 1 run of 1 hour, learnt, watched | 3.0 | 1 | 1 |"


@pytest.mark.parametrize(
    ("now", "problems"),
    [
        ("| 1 run of 1 hour, learnt, watched | 3.0 | 1 | 1 |", []),
        ("| 1 run of 1 hour, learnt, watched | 3.6 | 0 | 1 |", []),
        ("| 1 run of 1 hour, learnt, watched | 3.7 | 1 | 1 |", ["1 run of 1 hour, learnt, watched: 3.7, was 3"]),
        ("| 1 run of 1 hour, learnt, watched | 2.0 | 2 | 1 |", ["1 run of 1 hour, learnt, watched: 2, was 1"]),
        ("| 2 runs | 3.0 | 1 | 1 |", ["2 runs: not in measures.md"]),
    ],
)
def test_what_became_a_fifth_worse_is_told(now: str, problems: list[str]) -> None:
    assert worse(now, f"| runs |\n|---|\n{ROW}\n") == problems


def test_the_page_has_a_row_for_each_case() -> None:
    page = PAGE.read_text("utf-8")

    assert [case.name for case in cases() if f"| {case.name} | " not in page] == []
