"""The starter library is AMC SQL as AMC would take it, as far as a machine without AMC can tell."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from local.amc_simulator.columns import output_columns
from local.amc_simulator.compiler import compile_problem
from local.amc_simulator.tables import TABLES
from local.amc_simulator.workflow_definition import read_workflow
from local.examples import LIBRARY, OPTED_IN, TENANTS, workflow_ids
from wfm.calendar.timestamps import parse
from wfm.calendar.windows import TYPES
from wfm.client.workflow_files.folder import WorkflowFile, read_folder
from wfm.model.requests import read_request, resolve
from wfm.model.rows import object_in
from wfm.model.schedules import fire_times, read_schedule
from wfm.model.sql_text import bare

NOW = datetime(2026, 11, 23, 14, 20, 49, tzinfo=UTC)
FOLDER = read_folder(LIBRARY, NOW)
FROM_AMC = {
    "dsp_impressions",
    "dsp_views",
    "sponsored_ads_traffic",
    "amazon_attributed_events_by_conversion_time",
    "amazon_attributed_events_by_traffic_time",
}


def one_line(sql: str) -> str:
    """Without comments and the text inside quotes."""
    return " ".join(bare(sql).split())


def last_select(workflow: WorkflowFile) -> str:
    """What follows the last closed common table expression."""
    return f" {one_line(sql_of(workflow))}".rpartition(" SELECT ")[2]


def sql_of(workflow: WorkflowFile) -> str:
    return str(workflow.record["sqlQuery"])


def parameters_of(workflow: WorkflowFile) -> list[dict[str, Any]]:
    """Those that it declares; `new_to_brand` has none."""
    found: Any = workflow.record.get("inputParameters", [])
    return list(found)


@pytest.fixture(params=FOLDER.workflows, ids=[workflow.workflow_id for workflow in FOLDER.workflows])
def workflow(request: pytest.FixtureRequest) -> WorkflowFile:
    found: WorkflowFile = request.param
    return found


def test_there_are_eight_and_nothing_in_them_is_odd() -> None:
    assert [workflow.workflow_id for workflow in FOLDER.workflows] == workflow_ids()
    assert len(workflow_ids()) == 8
    assert FOLDER.warnings == []


def test_amc_takes_the_definition_and_compiles_it(workflow: WorkflowFile) -> None:
    definition = read_workflow(dict(workflow.workflow.definition))

    tables = tuple(table for table in TABLES if table.name in FROM_AMC)
    assert compile_problem(workflow.workflow_id, definition, tables, {}) is None


def test_no_user_leaves_amc(workflow: WorkflowFile) -> None:
    selected = last_select(workflow).partition(" FROM ")[0]

    assert "user_id" not in re.sub(r"COUNT\(DISTINCT [\w.]+\)", "", selected)
    assert "user_id" not in [column.name for column in output_columns(dict(workflow.record))]


def test_the_dialect_lacks_what_amc_lacks(workflow: WorkflowFile) -> None:
    sql = one_line(sql_of(workflow)).upper()

    for word in (r"\bLIMIT\b", r"\bRIGHT JOIN\b", r"\bGETDATE\b", r"\|\|", r"SELECT \*", ";"):
        assert not re.search(word, sql), word
    assert "ORDER BY" not in last_select(workflow).upper()
    assert re.search(r"\b(COUNT|SUM)\(", last_select(workflow))


def test_only_tables_of_amc_and_of_the_query_itself_are_read(workflow: WorkflowFile) -> None:
    sql = re.sub(r"/\*.*?\*/", " ", sql_of(workflow), flags=re.DOTALL)
    sources = set(re.findall(r"\b(?:FROM|JOIN) (?:TABLE\(EXTEND_TIME_WINDOW\(')?(\w+)", sql))
    own = set(re.findall(r"\b(\w+) AS \(", sql))

    assert sources <= FROM_AMC | own
    assert sources & FROM_AMC


def test_learners_read_what_it_answers_how_to_read_it_and_what_privacy_does(workflow: WorkflowFile) -> None:
    opening = sql_of(workflow).partition("*/")[0]

    assert opening.startswith("/*\n")
    assert "?" in opening
    assert "How to read it:" in opening
    assert "Privacy:" in opening


def test_the_declared_parameters_are_those_that_the_query_asks_for(workflow: WorkflowFile) -> None:
    asked = set(re.findall(r"\bCUSTOM_PARAMETER\('(\w+)'\)", sql_of(workflow)))

    assert {str(item["name"]) for item in parameters_of(workflow)} == asked


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(item, id=f"{workflow.workflow_id}-{item['name']}")
        for workflow in FOLDER.workflows
        for item in parameters_of(workflow)
    ],
)
def test_a_parameter_is_described_and_has_a_default(item: dict[str, Any]) -> None:
    assert item["description"].endswith(".")
    assert item["defaultValue"]


def test_the_default_window_is_one_that_wfm_can_resolve(workflow: WorkflowFile) -> None:
    payload = {"workflowId": workflow.workflow_id, **object_in(workflow.record["defaultPayload"])}

    body = resolve(read_request({"customerId": "acme", "payload": payload}, "r1"), NOW)

    assert body["timeWindowType"] in TYPES
    assert "timeWindowEnd" not in body or parse(str(body["timeWindowEnd"])) <= NOW


def test_the_schedule_fires_and_its_window_is_over_by_then(workflow: WorkflowFile) -> None:
    row = {**(workflow.workflow.schedule or {}), "customerId": "acme"}

    schedule = read_schedule(row, NOW)

    moment = next(fire_times(schedule, NOW))
    body = resolve(read_request({"customerId": "acme", "payload": dict(schedule.payload)}, "r1"), moment)
    assert "timeWindowEnd" not in body or parse(str(body["timeWindowEnd"])) <= moment


def test_the_example_tenants_take_the_library_and_none_of_its_schedules() -> None:
    for tenant in TENANTS:
        record = tenant.tps_record()
        assert [name for name in record if name.startswith("enableWorkflowLibrary")] == list(OPTED_IN)
    assert "enableWorkflowLibraryScheduleCreation" not in OPTED_IN
