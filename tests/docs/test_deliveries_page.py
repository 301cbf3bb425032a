"""`docs/deliveries.md` is true: its files can be pushed, its rule takes the event, and its SQL can be read."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot

from infra.parameters import Parameters
from tests.docs.test_notifications_page import block as of_notifications
from tests.docs.test_notifications_page import matches
from tests.unit.delivery.results import an_order
from tests.wfm.library_world import write
from wfm.client.deliveries.deliveries import STATES
from wfm.client.workflow_files.folder import read_folder
from wfm.model.delivery_rules import read_delivery
from wfm.model.result_deliveries import file_key

_RUN = ("CREATE", "DELETE", "INSERT")
PAGE = (Path(__file__).parents[2] / "docs" / "deliveries.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """The one code block of that kind."""
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_parameter_turns_it_on() -> None:
    assert Parameters.from_context(json.loads(block("json parameters"))).delivers


def test_the_file_of_the_page_is_taken_and_delivers(tmp_path: Path) -> None:
    (found,) = read_folder(write(tmp_path, settings=block("yaml reach.yaml")), datetime.now(UTC)).workflows

    assert read_delivery(found.workflow.delivery) is not None
    assert [read_delivery({"schemaChange": word}) for word in re.findall(r"`delivery: \{schemaChange: (\w+)\}`", PAGE)]


def test_the_page_has_every_state() -> None:
    assert sorted(re.findall(r"^\| `([A-Z]+)` \|", PAGE, re.MULTILINE)) == sorted(STATES)


def test_what_never_ran_is_said_before_the_recipes() -> None:
    said, recipes = PAGE.index("**Deliveries have never run on AWS**"), PAGE.index("```sql ")

    assert "## Load it elsewhere" in PAGE[:said]
    assert said < recipes


def test_the_rule_of_the_page_takes_the_event() -> None:
    pattern, event = json.loads(block("json pattern")), json.loads(of_notifications("json delivered_event"))
    put: dict[str, Any] = {"source": "wfm", "detail-type": "Result Delivered", "detail": event}

    assert matches(pattern, put)
    assert not matches(pattern, {**put, "detail-type": "Result Not Delivered"})
    assert not matches(pattern, {**put, "detail": {**event, "workflowId": "another"}})


@pytest.mark.parametrize("dialect", ["athena", "redshift", "snowflake", "bigquery"])
def test_the_sql_of_the_page_can_be_read(dialect: str) -> None:
    statements = sqlglot.parse(block(f"sql {dialect}"), dialect=dialect)

    assert all(statements)


def test_redshift_replaces_a_file_by_one_without_rows_and_leaves_its_neighbours(tmp_path: Path) -> None:
    create, delete, insert = (
        each for each in sqlglot.transpile(block("sql redshift"), "redshift", "duckdb") if each.split()[0] in _RUN
    )
    (location,) = set(re.findall(r"'(s3://[^']*parquet)'", delete + insert))
    added = f"ADD COLUMN {{}} VARCHAR DEFAULT '{location}'"
    with duckdb.connect(tmp_path / "warehouse") as warehouse:
        warehouse.execute(create)
        warehouse.execute("CREATE TABLE reach AS FROM incoming")
        for column in ("tenant", "window_start", "location"):
            warehouse.execute(f"ALTER TABLE reach {added.format(column)}")
        warehouse.execute("INSERT INTO reach (campaign) VALUES ('of-before')")
        warehouse.execute("INSERT INTO reach (campaign, location) VALUES ('of-another-set', 's3://BUCKET/other')")

        warehouse.execute(delete)
        warehouse.execute(insert)

        found = warehouse.sql("SELECT campaign FROM reach").fetchall()
    assert found == [("of-another-set",)]


def test_bigquery_has_the_columns_of_the_path_in_its_order_and_decimals_as_wide_as_amcs() -> None:
    sql, key = block("sql bigquery"), file_key(an_order())

    (columns,) = re.findall(r"PARTITION COLUMNS \((.*)\)", sql)
    assert [each.split()[0] for each in columns.split(", ")] == re.findall(r"(\w+)=", key)
    assert all("/workflow=reach/" in each for each in re.findall(r"'(s3://[^']*\*)'", sql))
    assert "'BIGNUMERIC'" in sql


def test_duckdb_reads_what_lies_as_the_page_says(tmp_path: Path) -> None:
    for tenant, day in (("acme", "2026-10-26"), ("acme", "2026-11-16"), ("birch", "2026-11-16")):
        folder = tmp_path / f"tenant={tenant}" / "workflow=reach" / f"window_start={day}"
        folder.mkdir(parents=True)
        table = pa.table({"campaign": [f"c-{tenant}"], "reach": [7], "wfm_run_id": [f"run-{day}"]})
        pq.write_table(table, folder / "20261116T000000_20261123T000000.parquet")

    with duckdb.connect() as database:
        found = database.sql(block("sql duckdb").replace("FOLDER", str(tmp_path))).fetchall()

    assert found == [("acme", "c-acme", 7, "run-2026-11-16"), ("birch", "c-birch", 7, "run-2026-11-16")]
