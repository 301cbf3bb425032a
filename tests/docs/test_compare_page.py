"""docs/compare.md claims nothing that no test shows, and says of others only what their own documentation says."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
CLAIMS: Final = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if re.fullmatch(r"\|[^|]+\|[^|]+\|[^|]*`tests/[^|]+\|", line)
]
TEST: Final = re.compile(r"`(tests/[\w/]+/test_\w+\.py)::(test_\w+)`")
THEIR_OWN: Final = frozenset(
    {
        "docs.temporal.io", "airflow.apache.org", "docs.prefect.io", "docs.dagster.io", "docs.getdbt.com",
        "docs.aws.amazon.com",
    }
)  # fmt: skip


@cache
def collected(file: str) -> frozenset[str]:
    """The tests that pytest collects of a file: its functions, none of them in a class."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim[0])
def test_each_line_has_a_page_and_a_test_that_is_there(claim: tuple[str, str, str]) -> None:
    _, how, shown_by = claim
    named = TEST.findall(shown_by)

    assert re.search(r"\]\([\w/-]+\.md(#[\w-]+)?\)", how)
    assert named
    assert [(file, test) for file, test in named if test not in collected(file)] == []


def test_all_lines_of_the_four_tables_are_read() -> None:
    tables = PAGE.partition("## What WFM does not have")[0]
    lines = [line for line in tables.splitlines() if line.startswith("| ") and "shown by" not in line]

    assert len(lines) == len(CLAIMS) > 30


def test_others_are_quoted_by_their_own_documentation_and_with_a_date() -> None:
    others = PAGE.partition("## What the others say of themselves")[2]
    links = re.findall(r"\]\((https://[^)]+)\)", others)

    assert re.search(r"as we found it on \d{4}-\d{2}-\d{2};", others)
    assert {urlsplit(link).hostname for link in links} == THEIR_OWN
    assert len(links) == len(set(links)) == len(re.findall(r"\]\(", others))
