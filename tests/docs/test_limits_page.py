"""The numbers of docs/limits.md are the code's."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "limits.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| limit |"))
]
CONSTANT = re.compile(r"`((?:functions|infra|state_machines|wfm)\.[\w.]+)\.(_?[A-Z][A-Z_]*)`")
NAMED = [(row, *found) for row in ROWS for found in CONSTANT.findall(row[-1])]


def constant(module: str, name: str) -> Any:
    """Its value. That of a construct or a machine is read from the source: importing those starts the CDK's process."""
    if not module.startswith(("infra", "state_machines")):
        return getattr(import_module(module), name)
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
    (value,) = re.findall(rf"^{name}(?:: Final)? = (\d+)\b", source, re.MULTILINE)
    return int(value)


def written(value: Any) -> str:
    """A constant as the page writes it."""
    if isinstance(value, timedelta):
        hours = int(value.total_seconds()) // 3600
        days = hours // 24
        return f"{hours} hours" if hours % 24 else f"{days} day{'' if days == 1 else 's'}"
    return f"{value:,.0f}"


@pytest.mark.parametrize(("row", "module", "name"), NAMED, ids=[f"{module}.{name}" for _, module, name in NAMED])
def test_a_number_is_the_codes(row: list[str], module: str, name: str) -> None:
    number = written(constant(module, name))

    text = " ".join(row[:-1]).replace("two at a time", "2 at a time")
    assert re.search(rf"(?<![\d,]){re.escape(number)}(?!\d|,\d)", text), f"{name} is {number}"


def test_every_row_says_where_it_comes_from_and_most_name_a_constant() -> None:
    assert all(len(row) == 5 and row[-1] for row in ROWS)
    assert len({(module, name) for _, module, name in NAMED}) > 25
    ours = [row[0] for row in ROWS if row[-1].startswith("ours") and not CONSTANT.search(row[-1])]
    assert ours == [], "a limit of WFM's own without its constant"
