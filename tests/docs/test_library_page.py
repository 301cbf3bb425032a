"""`docs/library.md` is true: its files are pushed by its commands, which print what it says."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.examples import LIBRARY
from tests.wfm.amc_functions import AmcFunctions
from tests.wfm.commands import Ended, Run
from tests.wfm.conftest import amc, aws, aws_settings, command, deployed, moto  # noqa: F401 (fixtures)
from tests.wfm.library_world import SQL, FakeRollouts, put_tenant
from wfm.client.workflow_files.documents import DEFINITION, TARGETING
from wfm.client.workflow_files.folder import read_folder
from wfm.client.workflow_files.schedules import PLAIN
from wfm.model.amc_echo import echo_of
from wfm.model.tenants import TOGGLES
from wfm.model.workflows import definition_hash

PAGE = (Path(__file__).parents[2] / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sql|yaml|console)(?: (\S+))?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ wfm (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
NO_UPDATES = [name for name in TOGGLES if name != "enableWorkflowLibraryUpdates"]


def test_the_worked_example_goes_as_the_page_says(
    deployed: Any,  # noqa: F811
    command: Run,  # noqa: F811
    amc: AmcFunctions,  # noqa: F811
    tmp_path: Path,
) -> None:
    put_tenant(deployed, "alder-audio", tags=["retail"])
    put_tenant(deployed, "birch-bakeware", *NO_UPDATES, tags=["retail"])
    put_tenant(deployed, "cedar-cycles", tags=["travel"])
    edit_by_hand(deployed, amc)
    (tmp_path / "workflows").mkdir()

    for kind, name, text in BLOCKS:
        if kind != "console":
            (tmp_path / "workflows" / name).write_text(text)
            continue
        for words, printed in COMMAND.findall(text):
            compare(command(*shlex.split(words)), printed)
            roll_out(FakeRollouts(deployed))


def edit_by_hand(deployed: Any, amc: AmcFunctions) -> None:  # noqa: F811
    """What the page says that somebody did in AMC."""
    row = {"workflowId": "old_reach", "sqlQuery": SQL}
    synced = {"customerId": "alder-audio", "syncStatus": "SYNCED", "syncExecution": "arn", "amcEcho": echo_of(row)}
    deployed.table("Workflows").put_item(Item=row | synced | {"definitionHash": definition_hash(row)})
    amc.amc("alder-audio").workflows["old_reach"] = row | {"sqlQuery": SQL.replace("reach", "people")}
    spent = SQL.replace("dsp_impressions", "conversions")
    for customer_id in ("alder-audio", "birch-bakeware"):
        its = amc.amc(customer_id)
        its.workflows["brand_spend"] = {"workflowId": "brand_spend", "sqlQuery": spent}
        columns = ["campaign", "user_id", "iso_country_code"]
        its.data_sources = [{"dataSourceId": "dsp_impressions", "columns": [{"name": name} for name in columns]}]
    tags = [{"type": "DEPRECATED"}]
    amc.amc("alder-audio").data_sources += [{"dataSourceId": "conversions", "columns": [], "tags": tags}]


def compare(ended: Ended, printed: str) -> None:
    pattern = re.escape(printed).replace(r"\.\.\.", ".+?")
    is_error = printed.startswith("error")
    assert re.fullmatch(pattern, ended.err if is_error else ended.out, re.DOTALL), ended.out + ended.err
    assert ended.code == (2 if is_error else 1 if " lacks " in ended.out else 0)


def roll_out(rollouts: FakeRollouts) -> None:
    """What the first push leaves in the tenants' rows."""
    for customer_id in ("alder-audio", "birch-bakeware"):
        rollouts.row(customer_id, "weekly_reach", 1)


def test_the_table_of_starter_queries_is_that_of_the_folder() -> None:
    table = re.findall(r"^\| (\w+) \| (.*?) \| (.*?) \|$", PAGE.partition("## The starter library")[2], re.MULTILINE)

    found = read_folder(LIBRARY, datetime(2026, 11, 23, tzinfo=UTC)).workflows

    described = [
        (
            one.workflow_id,
            (one.workflow.metadata or {})["description"],
            (one.workflow.schedule or {})["ScheduleExpression"],
        )
        for one in found
    ]
    assert table[1:] == described


@pytest.mark.parametrize(
    "name", [*DEFINITION, *TARGETING, *PLAIN, "defaultPayload", "automaticDeployWorkflow", *TOGGLES]
)
def test_every_key_and_every_toggle_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE
