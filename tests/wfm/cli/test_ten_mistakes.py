"""An agency's first day: ten mistakes in a row at the command, none of which sends or changes anything."""

import json
from pathlib import Path
from typing import Any

from tests.wfm.commands import Run

SQL = "SELECT COUNT(1) AS n FROM dsp_impressions WHERE impression_date >= CUSTOM_PARAMETER('since')"
SINCE = {"name": "since", "dataType": "DATE"}
RUN = ("run", "reach", "--customer", "acme")
SCHEDULE = ("schedules", "add", "acme/daily", "--workflow", "reach")
BACKFILL = ("backfill", "start", "reach", "--customer", "acme", "--days", "1", "--yes")
MISTAKES: list[tuple[tuple[str, ...], str]] = [
    ((*RUN, "--window", "yesterday"), "--parameter since: is missing: reach has no default for it"),
    ((*RUN, "--window", "yesterday", "--parameter", "since=NOW()"), "the parameter is DATE; allowed: a day such as"),
    ((*RUN, "--window", "yesterday", "--parameter", "snice=TODAY(-1)"), "(did you mean since?)"),
    ((*RUN, "--start", "TODAY(0)", "--end", "TODAY(2)", "--parameter", "since=TODAY(-1)"), "the window ends at"),
    ((*RUN, "--window", "yesterday", "--time-zone", "UTC+1"), "'UTC+1' is no time zone (did you mean Etc/GMT-1?)"),
    (("run", "--sql", "adhoc.sql", "--customer", "acme"), "adhoc.sql:1: sqlQuery: LIMIT: AMC's SQL has none"),
    ((*SCHEDULE, "--every", "dayly 08:00"), "'dayly' begins no timetable (did you mean daily 08:00?)"),
    (("schedules", "add", "--file", "schedule.json"), "Input.payload.startDate: no field of a request; did you mean"),
    ((*BACKFILL, "--from", "2024-01-01", "--to", "2024-01-03"), "--parameter since: is missing"),
    (
        ("workflows", "put", "workflow.json", "--customer", "acme"),
        "params: no field of a workflow; did you mean inputParameters?",
    ),
    (("library", "push", "lib", "--yes"), "w.yaml:1: defaultPayload.window: no field of a request; did you mean"),
    (("tenants", "add", "tenant.json"), "limit: no field of a TPS record; did you mean maximumConcurrentWorkflowExec"),
    (("executions", "cancel", "acme/monday-raech", "--yes"), "did you mean monday-reach?"),
]
TABLES = ("Workflows", "Schedules", "WorkflowLibrary", "CustomerConfig", "ExecutionRequests")


def write_files() -> None:
    """What some of the commands are given."""
    row = {"customerId": "acme", "Name": "s", "ScheduleExpression": "daily 08:00"}
    payload = {"workflowId": "reach", "startDate": "TODAY(-7)"}
    documents = {
        "schedule.json": row | {"Input": {"payload": payload}},
        "workflow.json": {"workflowId": "new", "sqlQuery": SQL, "params": [SINCE]},
        "tenant.json": {"customerId": "globex", "amcInstanceId": "amc9", "limit": 2},
    }
    for name, document in documents.items():
        Path(name).write_text(json.dumps(document), encoding="utf-8")
    Path("adhoc.sql").write_text("SELECT COUNT(1) AS n FROM dsp_impressions LIMIT 10", encoding="utf-8")
    Path("lib").mkdir()
    Path("lib/w.sql").write_text("SELECT COUNT(1) AS n FROM dsp_impressions", encoding="utf-8")
    Path("lib/w.yaml").write_text("defaultPayload: {window: yesterday}\n", encoding="utf-8")


def test_ten_mistakes_in_a_row_send_and_change_nothing(deployed: Any, command: Run) -> None:
    write_files()
    row = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED", "sqlQuery": SQL}
    deployed.table("Workflows").put_item(Item=row | {"inputParameters": [SINCE]})
    deployed.put_request("monday-reach", "RUNNING")
    queue = deployed.put_tenant()
    before = {name: deployed.table(name).scan()["Items"] for name in TABLES}

    ended = [(command(*words), told) for words, told in MISTAKES]

    assert [one.err for one, told in ended if one.code != 2 or told not in one.err] == []
    assert deployed.messages(queue) == []
    assert {name: deployed.table(name).scan()["Items"] for name in TABLES} == before
