"""docs/migration.md has the fields of the code and an example as it is printed.

`python -m bench.migration_page` brings the tables along.
"""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from bench import migration_page
from tests.wfm import old_rows
from tests.wfm.commands import Run
from tests.wfm.conftest import aws, aws_settings, command, deployed, machine, moto  # noqa: F401 (fixtures)

PAGE = migration_page.PAGE.read_text("utf-8")
EXAMPLE = re.search(r"^```console\n\$ wfm ([^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("table", migration_page.tables(), ids=["customer", "library", "workflow", "schedule", "rule"])
def test_the_page_names_every_field_and_what_it_becomes(table: str) -> None:
    assert f"{table}\n" in PAGE


def test_the_example_is_what_the_command_prints(
    deployed: Any,  # noqa: F811
    machine: Any,  # noqa: F811
    command: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    nightly = old_rows.schedule("nightly", "reach_v1", ScheduleExpression="custom(D * 08)")
    rows = {
        "CustomerConfig": [old_rows.V1_WFM],
        "tps": [old_rows.V1_TPS],
        "AMCWorkflowLibrary": [old_rows.library()],
        "AMCWorkflows": [old_rows.workflow("reach_v1"), old_rows.workflow("own")],
        "AMCWorkflowSchedules": [old_rows.schedule(), nightly],
    }
    (tmp_path / "export").mkdir()
    for name, items in rows.items():
        scan = {"Items": [old_rows.typed(item) for item in items], "Count": len(items)}
        (tmp_path / "export" / f"{name}.json").write_text(json.dumps(scan), "utf-8")
    (tmp_path / "ids.json").write_text(json.dumps([{"customerId": "demo", **old_rows.IDS}]), "utf-8")

    assert EXAMPLE is not None
    ended = command(*shlex.split(EXAMPLE[1]))

    before, _, after = EXAMPLE[2].partition("...\n")
    assert ended.code == 0
    assert ended.out.startswith(before)
    assert ended.err == after
