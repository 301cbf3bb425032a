"""The example workflows are AMC SQL as AMC would take it, as far as a machine without AMC can tell."""

import re

import pytest

from functions.domain.requests import read_request, resolve
from functions.domain.times import parse
from functions.domain.windows import TYPES
from local.amc_simulator.columns import output_columns
from local.amc_simulator.compiler import compile_problem
from local.amc_simulator.workflow_definition import check_workflow
from local.examples import WORKFLOWS, ExampleWorkflow, one_line, read_workflow, read_workflows

ALL = read_workflows()
FROM_AMC = {
    "dsp_impressions",
    "dsp_views",
    "amazon_attributed_events_by_conversion_time",
    "amazon_attributed_events_by_traffic_time",
}


def bare(sql: str) -> str:
    """Without comments and the text inside quotes."""
    return re.sub(r"'[^']*'", "''", re.sub(r"/\*.*?\*/", " ", sql, flags=re.DOTALL))


def last_select(sql: str) -> str:
    """What follows the last closed common table expression."""
    return bare(sql).rpartition(") SELECT ")[2]


@pytest.fixture(params=ALL, ids=[workflow.workflow_id for workflow in ALL])
def workflow(request: pytest.FixtureRequest) -> ExampleWorkflow:
    found: ExampleWorkflow = request.param
    return found


def sql_of(workflow: ExampleWorkflow) -> str:
    return str(workflow.definition["sqlQuery"])


def test_there_are_four_and_each_file_has_its_pair() -> None:
    stems = sorted(path.stem for path in WORKFLOWS.glob("*.sql"))

    assert len(stems) == 4
    assert [workflow.workflow_id for workflow in ALL] == stems


def test_amc_takes_the_definition_and_compiles_it(workflow: ExampleWorkflow) -> None:
    definition = check_workflow(dict(workflow.definition))

    assert compile_problem(workflow.workflow_id, definition, {}) is None


def test_no_user_leaves_amc(workflow: ExampleWorkflow) -> None:
    selected = last_select(sql_of(workflow)).partition(" FROM ")[0]

    assert "user_id" not in re.sub(r"COUNT\(DISTINCT [\w.]+\)", "", selected)
    assert "user_id" not in [column.name for column in output_columns(dict(workflow.definition))]


def test_the_dialect_lacks_what_amc_lacks(workflow: ExampleWorkflow) -> None:
    sql = bare(sql_of(workflow)).upper()

    for word in (r"\bLIMIT\b", r"\bRIGHT JOIN\b", r"\bGETDATE\b", r"\|\|", r"SELECT \*", ";"):
        assert not re.search(word, sql), word
    assert "ORDER BY" not in last_select(sql_of(workflow)).upper()
    assert re.search(r"\b(COUNT|SUM)\(", last_select(sql_of(workflow)))


def test_a_query_survives_being_put_on_one_line(workflow: ExampleWorkflow) -> None:
    source = (WORKFLOWS / f"{workflow.workflow_id}.sql").read_text()

    assert "\n" not in sql_of(workflow)
    assert "--" not in source, "a comment to the end of the line would swallow the rest of the query"
    assert one_line(bare(source)) == one_line(bare(sql_of(workflow)))


def test_only_tables_of_amc_and_of_the_query_itself_are_read(workflow: ExampleWorkflow) -> None:
    sql = re.sub(r"/\*.*?\*/", " ", sql_of(workflow))
    sources = set(re.findall(r"\b(?:FROM|JOIN) (?:TABLE\(EXTEND_TIME_WINDOW\(')?(\w+)", sql))
    own = set(re.findall(r"\b(\w+) AS \(", sql))

    assert sources <= FROM_AMC | own
    assert sources & FROM_AMC


def test_every_parameter_is_declared_described_and_has_a_default(workflow: ExampleWorkflow) -> None:
    used = set(re.findall(r"CUSTOM_PARAMETER\('(\w+)'\)", sql_of(workflow)))
    declared = {item["name"]: item for item in workflow.definition["inputParameters"]}

    assert used == declared.keys()
    for item in declared.values():
        assert item["description"].endswith(".")
        assert item["defaultValue"]


def test_the_window_is_one_that_wfm_can_resolve(workflow: ExampleWorkflow) -> None:
    payload = {"workflowId": workflow.workflow_id, **workflow.window}
    request = read_request({"customerId": "acme", "payload": payload}, "r1")

    body = resolve(request, parse("2026-11-23T14:20:49Z"))

    assert body["timeWindowType"] in TYPES
    assert workflow.definition["description"]


def test_a_file_without_its_pair_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        read_workflow(WORKFLOWS / "nothing.yaml")
