"""Other words for fields at the command: refused with the field's own name; nothing sent, nothing changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run

SQL = "SELECT COUNT(1) AS n FROM dsp_impressions"


@pytest.fixture
def acme(deployed: Any) -> None:
    deployed.table("Workflows").put_item(Item={"customerId": "acme", "workflowId": "reach", "sqlQuery": SQL})
    deployed.put_tenant()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"timezone": "Europe/Berlin"}, "timezone: no field of a schedule; did you mean ScheduleExpressionTimezone?"),
        ({"Input": {"payload": {"workflowId": "reach", "startDate": "TODAY(-7)"}}}, "did you mean timeWindowStart?"),
        ({"Input": {"payload": {"workflowId": "reach", "params": {"a": 1}}}}, "did you mean parameterValues?"),
        ({"Input": {"payload": {"workflowId": "reach", "customerId": "globex"}}}, "'globex' is another customer"),
    ],
)
@pytest.mark.usefixtures("acme")
def test_in_a_schedules_file(deployed: Any, command: Run, fields: dict[str, Any], told: str) -> None:
    row = {"customerId": "acme", "Name": "s", "ScheduleExpression": "daily 08:00", **fields}
    row.setdefault("Input", {"payload": {"workflowId": "reach"}})
    Path("s.json").write_text(json.dumps(row), encoding="utf-8")

    ended = command("schedules", "add", "--file", "s.json")

    assert ended.code == 2
    assert told in ended.err
    assert deployed.table("Schedules").scan()["Items"] == []


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        ({"sql": SQL}, "sql: no field of a workflow; did you mean sqlQuery?"),
        ({"sqlQuery": [SQL]}, "sqlQuery: a list is not usable; allowed: a text that is not empty"),
        ({"sqlQuery": " "}, "sqlQuery: a text with nothing in it is not usable"),
        ({}, "sqlQuery: is missing"),
        ({"sqlQuery": SQL, "parameters": []}, "parameters: no field of a workflow; did you mean inputParameters?"),
        ({"sqlQuery": SQL, "defaultPayload": {"window": "yesterday"}}, "defaultPayload.window: no field of a request"),
        ({"sqlQuery": SQL, "parameterValues": {}}, "did you mean defaultPayload.parameterValues?"),
    ],
)
@pytest.mark.usefixtures("acme")
def test_in_a_workflows_file(deployed: Any, command: Run, definition: dict[str, Any], told: str) -> None:
    Path("w.json").write_text(json.dumps({"workflowId": "new", **definition}), encoding="utf-8")

    ended = command("workflows", "put", "w.json", "--customer", "acme")

    assert ended.code == 2
    assert told in ended.err
    assert len(deployed.table("Workflows").scan()["Items"]) == 1


def test_in_a_tenants_file(deployed: Any, command: Run) -> None:
    Path("t.json").write_text(json.dumps({"customerId": "t", "limit": 2, "instanceId": "amc1"}), encoding="utf-8")

    ended = command("tenants", "add", "t.json")

    assert ended.code == 2
    assert "limit: no field of a TPS record; did you mean maximumConcurrentWorkflowExecutions?" in ended.err
    assert "instanceId: no field of a TPS record; did you mean amcInstanceId?" in ended.err


@pytest.mark.usefixtures("acme")
def test_json_inside_a_json_text_is_called_that_in_a_file(command: Run) -> None:
    Path("w.json").write_text(json.dumps(json.dumps({"workflowId": "new", "sqlQuery": SQL})), encoding="utf-8")

    ended = command("workflows", "put", "w.json", "--customer", "acme")

    assert ended.code == 2
    assert "FILE: 'w.json' holds a JSON text inside a JSON text; allowed: one workflow, a JSON object" in ended.err
