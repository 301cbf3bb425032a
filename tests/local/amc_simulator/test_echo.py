"""AMC shows what it was given in a form of its own."""

from typing import Any

import pytest

from local.amc_simulator.echo import echo_sql
from tests.local.amc_simulator.builders import INSTANCE, SQL, World

CAP = {"name": "cap", "dataType": "INTEGER", "defaultValue": 5}
BRANDS = {"name": "brands", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}}


@pytest.fixture
def own(amc: World) -> World:
    """The simulator as AMC is."""
    amc.control("POST", "/configuration", {"echo": "amc"})
    return amc


def shown(amc: World, **fields: Any) -> dict[str, Any]:
    saved = amc.call("POST", "/workflows", {"workflowId": "new", "sqlQuery": SQL, **fields})
    assert saved.status == 200, saved.body
    return dict(amc.call("GET", "/workflows/new").json())


def test_a_parameter_comes_back_without_what_amc_does_not_know_and_with_its_nullability(own: World) -> None:
    given = {"name": "brand", "dataType": "STRING", "column_type": "DIMENSION", "displayName": "Brand", "x": 1}

    found = shown(own, inputParameters=[given])

    assert found["inputParameters"] == [{"name": "brand", "dataType": "STRING", "elementNullable": False}]


def test_defaults_come_back_as_texts_and_parameters_by_name(own: World) -> None:
    flag = {"name": "bots", "dataType": "BOOLEAN", "defaultValue": True}

    found = shown(own, inputParameters=[CAP, flag, {**BRANDS, "defaultValue": ["a", "b"]}])

    defaults = [(item["name"], item["defaultValue"]) for item in found["inputParameters"]]
    assert defaults == [("bots", "true"), ("brands", '["a","b"]'), ("cap", "5")]


def test_fields_that_only_the_guide_has_are_missing(own: World) -> None:
    known = {"privacyFilteringBehavior": "REMOVE_ROWS"}

    found = shown(own, **known, distinctUserCountColumn="users", filteredReasonColumn="why")

    assert found == {"workflowId": "new", "sqlQuery": SQL, **known}


def test_the_list_shows_workflows_as_the_one_call_does(own: World) -> None:
    found = shown(own, inputParameters=[CAP])

    assert own.call("GET", "/workflows").json()["workflows"][0] == found


def test_the_truth_is_what_was_sent(own: World) -> None:
    shown(own, inputParameters=[CAP])

    assert own.control("GET", f"/workflows/{INSTANCE}")["workflows"][0]["inputParameters"] == [CAP]


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("SELECT\n  a,\n\tb\nFROM t\n;\n", "SELECT a, b FROM t"),
        ("-- why\nSELECT a -- it\nFROM t /* is\nso */ WHERE b = 1", "SELECT a FROM t WHERE b = 1"),
        ("SELECT 'it''s  -- no\ncomment' FROM t", "SELECT 'it''s  -- no\ncomment' FROM t"),
        ("SELECT a - b / c FROM t", "SELECT a - b / c FROM t"),
    ],
)
def test_sql_comes_back_on_one_line(sql: str, line: str) -> None:
    assert echo_sql(sql) == line


def test_a_runs_values_come_back_as_texts_beside_the_defaults(own: World) -> None:
    own.call("PUT", "/workflows/reach", {"sqlQuery": SQL, "inputParameters": [CAP, BRANDS]})

    run = own.run(parameterValues={"brands": ["a", 1]})

    assert own.show(run)["parameterValues"] == {"brands": '["a",1]', "cap": "5"}


def test_the_sql_of_a_run_comes_back_on_one_line_too(own: World) -> None:
    body = {"workflow": {"sqlQuery": "SELECT campaign,\n COUNT(*) AS n\nFROM dsp_impressions GROUP BY 1;"}}

    run = own.call("POST", "/workflowExecutions", body).json()["workflowExecutionId"]

    found = own.call("GET", f"/workflowExecutions/{run}?includeWorkflow=true").json()
    assert found["sqlQuery"] == "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1"
