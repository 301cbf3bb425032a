"""docs/simulator.md says what the simulator knows."""

import re
from pathlib import Path

from local.amc_simulator.compiler import compile_problem
from local.amc_simulator.instances import Instance
from local.amc_simulator.tables import TABLES, Table

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")
QUERY = "SELECT {column}, COUNT(*) AS n FROM {table} GROUP BY {column}"


def needs(table: Table) -> str:
    return "a subscription" if table.paid else "(deprecated)" if table.deprecated else table.needs or ""


def problem(column: str, table: str, instance: Instance) -> str | None:
    return compile_problem("w", {"sqlQuery": QUERY.format(column=column, table=table)}, tuple(instance.tables()))


def test_the_tables_are_those_that_it_knows() -> None:
    listed = re.findall(r"^\| ([a-z_]+) \| (.*?) ?\|$", PAGE.partition("| table | needs |")[2], re.MULTILINE)

    assert listed == [(table.name, needs(table)) for table in TABLES]


def test_tables_and_columns_are_refused_as_the_page_says() -> None:
    instance = Instance(instance_id="any")
    own = Instance(instance_id="any", own_tables=("amazon_live", "dsp_views"))

    refused = problem("campaign", "amazon_live", instance)

    assert "`Object 'x' not found`" in PAGE
    assert str(refused).endswith("Object 'amazon_live' not found")
    assert problem("campaign", "amazon_live", own) is None
    assert "`Column 'x' not found in any table`" in PAGE
    assert str(problem("something_of_theirs", "dsp_views", instance)).endswith(
        "Column 'something_of_theirs' not found in any table"
    )
    assert problem("something_of_theirs", "dsp_views", own) is None
    assert "Column 'campain' not found" in str(problem("campain", "dsp_views", instance))
