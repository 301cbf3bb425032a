"""Slips of the pen at the command: refused with the field, the reason and what is allowed; nothing sent."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.library_world import put_tenant as put_library_tenant
from tests.wfm.library_world import write
from tests.wfm.onboarding import FakeOnboarding

ARRAY = {"name": "campaign_ids", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}, "defaultValue": []}
NAME = {"name": "campaign_name", "dataType": "STRING"}
RANGE = ["--from", "2024-01-01", "--to", "2024-01-03", "--days", "1", "--yes"]
T = "T00:00:00"
MEANT = "'campain_ids' is no parameter of reach (did you mean campaign_ids?)"


@pytest.fixture
def queue(deployed: Any) -> str:
    """That of acme, which has a workflow with an array."""
    put(deployed, ARRAY)
    url: str = deployed.put_tenant()
    return url


def put(deployed: Any, *parameters: dict[str, Any]) -> None:
    row = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED", "sqlQuery": "SELECT 1"}
    deployed.table("Workflows").put_item(Item=row | {"inputParameters": list(parameters)})


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--parameter", 'campain_ids=["1"]'], MEANT),
        (["--parameter", "campaign_ids=111,222"], "a text is no list, and the parameter is an ARRAY"),
        (["--parameter", "campaign_ids:=x"], "--parameter: 'campaign_ids:=x' is no JSON"),
        (["--parameter", "campaign_ids:=[1,null]"], "campaign_ids[1]: null is no value; allowed: a list of values"),
        (
            ["--parameter", "campaign_ids:=null"],
            "null is no value; allowed: a value, or no campaign_ids at all for its",
        ),
        (
            ["--functions-time-zone", "window"],
            "--functions-time-zone: has no effect without --time-zone",
        ),
        (
            ["--start", "TODAY(-7)", "--end", "TODAY(0)", "--window-type", "MOST_RECENT_DAY"],
            "--start: has no effect on AMC's own MOST_RECENT_DAY window; allowed: EXPLICIT",
        ),
    ],
)
def test_a_run_that_is_not_meant_so_is_not_sent(
    deployed: Any, queue: str, command: Run, words: list[str], sentence: str
) -> None:
    ended = command("run", "reach", "--customer", "acme", *words)

    assert ended.code != 0
    assert sentence in ended.err
    assert deployed.messages(queue) == []


def test_a_parameter_that_nobody_gives_is_named(deployed: Any, queue: str, command: Run) -> None:
    put(deployed, NAME)

    ended = command("run", "reach", "--customer", "acme", "--window", "yesterday")

    assert "--parameter campaign_name: is missing: reach has no default for it" in ended.err
    assert deployed.messages(queue) == []


def test_json_values_are_given_as_for_tenants(deployed: Any, queue: str, command: Run) -> None:
    ended = command("run", "reach", "--customer", "acme", "--parameter", 'campaign_ids:=["1"]')

    (message,) = deployed.messages(queue)
    assert ended.code == 0
    assert json.loads(message["Body"])["payload"]["parameterValues"] == {"campaign_ids": ["1"]}


def test_an_id_that_was_another_request_ends_without_a_run(deployed: Any, queue: str, command: Run) -> None:
    other = {"customerId": "acme", "requestId": "same-1", "payload": {"workflowId": "geo"}}
    deployed.put_request("same-1", "SUCCEEDED", workflowId="geo", request=other)

    ended = command("run", "reach", "--customer", "acme", "--id", "same-1", "--wait")

    assert ended.code != 0
    assert "--id: 'same-1' was another request (geo, asked for at" in ended.err
    assert deployed.messages(queue) == []


def test_the_outcome_of_another_request_that_came_first_is_not_reported_as_ones_own(
    deployed: Any, queue: str, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_sent: Any) -> None:
        other = {"customerId": "acme", "requestId": "same-1", "payload": {"workflowId": "geo"}}
        deployed.put_request("same-1", "SUCCEEDED", workflowId="geo", request=other)

    monkeypatch.setattr("wfm.client.adapters.queue_messages.QueueMessages.send", overtaken)

    ended = command("run", "reach", "--customer", "acme", "--id", "same-1", "--wait")

    assert ended.code != 0
    assert "--id: 'same-1' was another request" in ended.err
    assert "SUCCEEDED" not in ended.out


def test_a_slip_in_an_id_cancels_nothing(deployed: Any, queue: str, command: Run, lifecycle: Any) -> None:
    deployed.put_request("monday-reach", "RUNNING")

    ended = command("executions", "cancel", "acme/monday-raech", "--yes")
    early = command("executions", "cancel", "acme/tuesday", "--before-arrival", "--yes")
    bulk = command("executions", "cancel", "--customer", "acme", "--all", "--before-arrival", "--yes")

    assert ended.code == 2
    assert "did you mean monday-reach?" in ended.err
    assert (early.code, lifecycle.stopped) == (0, [])
    assert "--before-arrival: is for single requests" in bulk.err


def test_a_dry_run_shows_what_amc_would_be_asked_and_sends_nothing(deployed: Any, queue: str, command: Run) -> None:
    words = ["--start", "2026-01-01T00:00:00", "--end", "2026-02-01T00:00:00", "--dry-run"]

    ended = command("run", "reach", "--customer", "acme", *words, "--json")
    shown = command("run", "reach", "--customer", "acme", *words)

    assert json.loads(ended.out)["body"] == {
        "workflowId": "reach",
        "timeWindowType": "EXPLICIT",
        "timeWindowStart": "2026-01-01T00:00:00",
        "timeWindowEnd": "2026-02-01T00:00:00",
    }
    assert "timeWindowEnd           2026-02-01T00:00:00" in shown.out
    assert deployed.messages(queue) == []


def test_amc_can_be_asked_to_check_and_not_to_run(deployed: Any, queue: str, command: Run) -> None:
    command("run", "reach", "--customer", "acme", "--amc-dry-run")

    (message,) = deployed.messages(queue)
    assert json.loads(message["Body"])["payload"]["dryRun"] is True


def test_a_query_in_a_file_is_run_without_a_workflow(deployed: Any, queue: str, command: Run, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_bytes("\ufeffSELECT 1\r\n;\r\n-- done\r\n".encode())

    ended = command("run", "--sql", str(tmp_path / "q.sql"), "--customer", "acme")

    (message,) = deployed.messages(queue)
    assert ended.code == 0
    assert json.loads(message["Body"])["payload"]["workflow"]["sqlQuery"].split() == ["SELECT", "1", "--", "done"]


def test_the_parameters_of_a_query_are_declared_for_amc(deployed: Any, queue: str, command: Run) -> None:
    Path("q.sql").write_text(
        "SELECT MAX(CUSTOM_PARAMETER('day')) AS d, COUNT(1) AS n FROM t WHERE a IN (CUSTOM_PARAMETER('ids'))",
        encoding="utf-8",
    )

    command("run", "--sql", "q.sql", "--customer", "acme", "--parameter", 'ids=["1"]', "--parameter", "day=TODAY(-1)")

    (message,) = deployed.messages(queue)
    assert json.loads(message["Body"])["payload"]["workflow"]["inputParameters"] == [
        {"name": "ids", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}},
        {"name": "day", "dataType": "STRING"},
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--sql", "used.sql"], "--parameter: line 1 uses CUSTOM_PARAMETER('day'); allowed: --parameter day=..."),
        (
            ["--sql", "used.sql", "--parameter", "day=1", "--parameter", "dya=1"],
            "the query uses no 'dya'; did you mean day?",
        ),
        (["--sql", "no.sql"], "--sql: 'no.sql' cannot be read"),
        (["--sql", "two.sql"], "two.sql:1: sqlQuery: has a ';' amid it"),
        (["reach", "--sql", "one.sql"], "sql: stands beside the workflow 'reach'"),
        ([], "WORKFLOW: is missing; allowed: a workflow of the customer, or sql in its place"),
    ],
)
def test_a_query_that_cannot_be_run_is_refused(
    deployed: Any, queue: str, command: Run, words: list[str], sentence: str
) -> None:
    Path("two.sql").write_text("SELECT 1; SELECT 2", encoding="utf-8")  # in the folder of the test
    Path("one.sql").write_text("SELECT 1", encoding="utf-8")
    Path("used.sql").write_text("SELECT MAX(CUSTOM_PARAMETER('day')) AS d FROM t", encoding="utf-8")

    ended = command("run", *words, "--customer", "acme")

    assert ended.code == 2
    assert sentence in ended.err
    assert deployed.messages(queue) == []


def test_what_pull_writes_push_takes_whatever_stands_at_its_end(deployed: Any, command: Run, tmp_path: Path) -> None:
    record = {"workflowId": "semi", "version": 1, "sqlQuery": "SELECT 1\n; -- the end\n"}
    deployed.table("WorkflowLibrary").put_item(Item=record)

    command("library", "pull", str(tmp_path / "lib"))
    ended = command("library", "push", str(tmp_path / "lib"))

    assert (ended.code, ended.out) == (0, "semi: unchanged, version 1\n1 unchanged\n")


def test_a_final_semicolon_is_taken_off_at_push(deployed: Any, command: Run, tmp_path: Path) -> None:
    write(tmp_path / "lib", sql="SELECT COUNT(1) AS n FROM t\n;\n")

    ended = command("library", "push", str(tmp_path / "lib"), "--yes")

    assert ended.code == 0
    (stored,) = deployed.table("WorkflowLibrary").scan()["Items"]
    assert stored["sqlQuery"] == "SELECT COUNT(1) AS n FROM t"


def test_a_file_from_another_system_is_read_like_any_other(
    deployed: Any, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {"customerId": "acme", "bad": "x"}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(record).encode("utf-16"))))

    ended = command("schedules", "add", "--file", "-")

    assert "bad: no field of a schedule" in ended.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--window", "yesterday", "--parameter", 'campain_ids=["1"]'], MEANT),
        (["--window", "yesterday", "--parameter", "campaign_ids=1"], "is no list, and the parameter is an ARRAY"),
        (["--from", "TODAY(-7)", "--to", "TODAY(0)", "--window-type", "MOST_RECENT_DAY"], "has no effect on AMC's own"),
    ],
)
def test_a_schedule_that_is_not_meant_so_is_not_added(
    deployed: Any, queue: str, command: Run, words: list[str], sentence: str
) -> None:
    ended = command("schedules", "add", "acme/s", "--workflow", "reach", "--every", "daily 08:00", *words)

    assert ended.code != 0
    assert sentence in ended.err
    assert deployed.table("Schedules").scan()["Items"] == []


def test_a_schedule_in_a_file_is_checked_down_to_its_payload(deployed: Any, queue: str, command: Run) -> None:
    payload = {"workflowId": "reach", "timeWindowStrat": "TODAY(-7)", "parameterValue": {"a": "b"}}
    row = {"customerId": "acme", "Name": "s", "ScheduleExpression": "daily 08:00", "Input": {"payload": payload}}
    Path("s.json").write_text(json.dumps(row), encoding="utf-8")

    ended = command("schedules", "add", "--file", "s.json")

    assert "Input.payload.timeWindowStrat: no field of a request; did you mean timeWindowStart?" in ended.err
    assert "Input.payload.parameterValue: no field of a request; did you mean parameterValues?" in ended.err


def test_a_backfill_of_a_parameter_that_is_none_is_not_started(deployed: Any, queue: str, command: Run) -> None:
    words = ["--from", "2024-01-01", "--to", "2024-01-03", "--days", "1", "--parameter", 'campain_ids=["x"]', "--yes"]

    ended = command("backfill", "start", "reach", "--customer", "acme", *words)

    assert ended.code != 0
    assert MEANT in ended.err


def test_a_library_whose_defaults_have_a_slip_is_not_pushed(deployed: Any, command: Run, tmp_path: Path) -> None:
    settings = {
        "inputParameters": [ARRAY],
        "defaultPayload": {"timeWindowName": "yesterday", "parameterValues": {"campain_ids": ["1"]}},
        "schedule": {"every": "daily 06:00", "payload": {"parameterValues": {"campaigns": ["2"]}}},
    }
    sql = "SELECT ARRAY_CONTAINS(CUSTOM_PARAMETER('campaign_ids'), campaign_id_string) AS x FROM dsp_impressions"
    write(tmp_path / "lib", settings=json.dumps(settings), sql=sql)

    ended = command("library", "push", str(tmp_path / "lib"), "--yes")

    assert ended.code != 0
    assert f"defaultPayload.parameterValues: {MEANT}" in ended.err
    assert "'campaigns' is no parameter of reach" in ended.err
    assert deployed.table("WorkflowLibrary").scan()["Items"] == []


def test_a_workflow_in_a_file_and_a_tenants_record_are_checked_too(deployed: Any, queue: str, command: Run) -> None:
    Path("w.json").write_text(json.dumps({"workflowId": "w", "sqlQuery": "SELECT 1", "inputParamters": []}))
    Path("t.json").write_text(json.dumps({"customerId": "t", "maximumConcurentWorkflowExecutions": 2}))

    workflow = command("workflows", "put", "w.json", "--customer", "acme")
    tenant = command("tenants", "add", "t.json")

    assert "inputParamters: no field of a workflow; did you mean inputParameters?" in workflow.err
    assert "maximumConcurentWorkflowExecutions: no field of a TPS record; did you mean maximumConcurrent" in tenant.err


def test_sql_that_amc_refuses_is_neither_pushed_nor_run(
    deployed: Any, queue: str, command: Run, tmp_path: Path
) -> None:
    sql = "SELECT campaign, COUNT(DISTINCT user_id) AS n\nFROM dsp_impressions\nGRUOP BY campaign"
    write(tmp_path / "lib", sql=sql)

    pushed = command("library", "push", str(tmp_path / "lib"), "--yes")
    checked = command("library", "check", str(tmp_path / "lib"))
    run = command("run", "--sql", str(tmp_path / "lib" / "reach.sql"), "--customer", "acme")

    for ended in (pushed, checked, run):
        assert ended.code == 2
        assert "reach.sql:3: sqlQuery: 'GRUOP' is no keyword; did you mean GROUP?" in ended.err
    assert deployed.table("WorkflowLibrary").scan()["Items"] == []
    assert deployed.messages(queue) == []


def test_a_folder_is_checked_without_a_deployment(command: Run, tmp_path: Path) -> None:
    write(tmp_path / "lib", sql="SELECT campaign FROM dsp_impresions")
    sources = {"dataSources": [{"dataSourceId": "dsp_impressions", "columns": [{"name": "campaign"}]}]}
    (tmp_path / "sources.json").write_text(json.dumps(sources), encoding="utf-8")

    alone = command("library", "check", str(tmp_path / "lib"))
    known = command("library", "check", str(tmp_path / "lib"), "--data-sources", str(tmp_path / "sources.json"))

    assert (alone.code, alone.out) == (0, "1 workflow: nothing wrong, 1 to look at\n")
    assert "warning: " in alone.err
    assert "nothing is aggregated" in alone.err
    assert known.code == 2
    assert "the instance has no table 'dsp_impresions'; did you mean dsp_impressions?" in known.err


@pytest.fixture
def trials(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is sent to acme; AMC has nothing against what reads the table t."""
    put_library_tenant(deployed, "acme", queueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/acme.fifo")
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    sent: list[dict[str, Any]] = []

    def send(_queues: Any, _url: str, body: str, request_id: str, _key: str) -> None:
        sent.append(json.loads(body))
        status = "SUCCEEDED" if "FROM t" in body else "REJECTED"
        deployed.put_request(request_id, status, reason="no such table", customerId=json.loads(body)["customerId"])

    monkeypatch.setattr("wfm.client.adapters.queue_messages.QueueMessages.send", send)
    return sent


def test_amc_can_check_a_version_before_it_goes_live(
    deployed: Any, trials: list[dict[str, Any]], command: Run, tmp_path: Path
) -> None:
    """Parameters without a default get a value of their type."""
    parameters = [ARRAY, NAME, {"name": "cap", "dataType": "INTEGER"}]
    used = [f"MAX(CUSTOM_PARAMETER('{name}'))" for name in ("campaign_ids", "campaign_name", "cap")]
    sql = " ".join(["SELECT", ", ".join(used), "FROM t"])
    write(tmp_path / "lib", settings=json.dumps({"inputParameters": parameters}), sql=sql)

    ended = command("library", "push", str(tmp_path / "lib"), "--check-on", "acme", "--yes")

    (body,) = trials
    assert ended.code == 0
    assert body["payload"]["dryRun"] is True
    assert body["payload"]["timeWindowType"] == "MOST_RECENT_DAY"
    assert body["payload"]["parameterValues"] == {"campaign_name": "x", "cap": "1"}
    assert body["payload"]["workflow"] == {"sqlQuery": sql, "inputParameters": parameters}
    assert len(deployed.table("WorkflowLibrary").scan()["Items"]) == 1


def test_amc_of_several_tenants_can_check_it_and_one_that_refuses_keeps_it_from_all(
    deployed: Any, trials: list[dict[str, Any]], command: Run, tmp_path: Path
) -> None:
    for name in ("acme", "birch"):
        put_library_tenant(deployed, name, queueUrl=f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}.fifo")
    write(tmp_path / "lib", sql="SELECT COUNT(1) AS n FROM nothing")
    words = ("library", "push", str(tmp_path / "lib"), "--yes")

    by_name = command(*words, "--check-on", "acme", "--check-on", "birch")
    by_word = command(*words, "--check-on", "all")
    nobody = command(*words, "--check-on", "tag:retail")

    assert [body["customerId"] for body in trials] == ["acme", "birch"] * 2
    assert {ended.code for ended in (by_name, by_word, nobody)} == {2}
    assert "AMC of acme refuses reach: REJECTED" in by_name.err
    assert "tag:retail: no tenant that is served has this tag" in nobody.err
    assert deployed.table("WorkflowLibrary").scan()["Items"] == []


def test_a_check_asks_amc_of_several_tenants_too(
    deployed: Any, trials: list[dict[str, Any]], command: Run, tmp_path: Path
) -> None:
    for name in ("acme", "birch"):
        put_library_tenant(deployed, name, queueUrl=f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}.fifo")
    check = ("library", "check", str(tmp_path / "lib"), "--check-on")
    write(tmp_path / "lib", sql="SELECT COUNT(1) AS n FROM nothing")

    refused = command(*check, "acme,birch")
    write(tmp_path / "lib", sql="SELECT COUNT(1) AS n FROM t")
    taken = command(*check, "acme", "--check-on", "birch")

    assert [body["customerId"] for body in trials] == ["acme", "birch"] * 2
    assert (refused.code, taken.code) == (2, 0)
    assert "AMC of birch refuses reach: REJECTED no such table" in refused.err


def test_what_amc_refuses_then_is_not_pushed(
    deployed: Any, trials: list[dict[str, Any]], command: Run, tmp_path: Path
) -> None:
    write(tmp_path / "lib", sql="SELECT COUNT(1) AS n FROM nothing")

    ended = command("library", "push", str(tmp_path / "lib"), "--check-on", "acme", "--yes")

    assert ended.code == 2
    assert "AMC of acme refuses reach: REJECTED no such table" in ended.err
    assert deployed.table("WorkflowLibrary").scan()["Items"] == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"status": "PAUSED"}, "PAUSED"), ({"degradedSince": "2026-11-23T12:00:00Z"}, "DEGRADED")],
)
def test_a_tenant_where_checks_would_wait_checks_nothing(
    *, deployed: Any, trials: list[dict[str, Any]], command: Run, tmp_path: Path, changes: dict[str, str], status: str
) -> None:
    put_library_tenant(
        deployed, "acme", queueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/acme.fifo", **changes
    )
    write(tmp_path / "lib", sql="SELECT COUNT(1) AS n FROM t")

    ended = command("library", "push", str(tmp_path / "lib"), "--check-on", "acme", "--yes")

    assert (ended.code, trials) == (2, [])
    assert f"--check-on: acme is {status}, and checks would wait; allowed: one that is ACTIVE" in ended.err
    assert deployed.table("WorkflowLibrary").scan()["Items"] == []


def test_a_refused_message_is_shown_under_its_own_id_with_the_way_on(deployed: Any, queue: str, command: Run) -> None:
    deployed.put_request(
        "enddate-1", "REJECTED", source="nightly", reason="timeWindowStart: no", refusedMessage="m1", warnings=["x: y"]
    )

    shown = command("executions", "show", "enddate-1", "--customer", "acme")

    lines = [line.split(maxsplit=1) for line in shown.out.splitlines()]
    assert ["source", "nightly"] in lines
    assert ["warning", "x: y"] in lines
    assert "wfm queue peek --customer acme --dead" in shown.out


def test_a_file_whose_schedule_fires_by_one_clock_and_reads_by_another_is_told(command: Run, tmp_path: Path) -> None:
    schedule = {"every": "daily 21:00", "timeZone": "America/New_York", "payload": {"timeWindowName": "yesterday"}}
    write(tmp_path / "lib", settings=json.dumps({"schedule": schedule}))

    ended = command("library", "check", str(tmp_path / "lib"))

    assert ended.code == 0
    assert "fires by the clock of America/New_York, and its window goes by UTC" in ended.err


def test_what_nobody_reads_of_a_tenants_record_is_named(deployed: Any, machine: FakeOnboarding, command: Run) -> None:
    record = {
        "customerId": "acme",
        "amcInstanceId": "amc1",
        "amcAmazonAdsAdvertiserId": "ENTITY1",
        "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
        "costCentre": "4711",
        "amcTeamName": "of a predecessor",
    }
    Path("t.json").write_text(json.dumps(record), encoding="utf-8")

    ended = command("tenants", "add", "t.json")

    assert ended.code == 0
    assert ended.err == "note: costCentre: no field of a TPS record, and nobody reads it\n"


def test_a_workflow_for_a_customer_that_is_none_is_told(deployed: Any, command: Run, tmp_path: Path) -> None:
    put_library_tenant(deployed, "acme")
    write(tmp_path / "lib", settings=json.dumps({"targeting": {"customerIds": ["acme", "acne"]}}))

    ended = command("library", "push", str(tmp_path / "lib"), "--yes")

    assert ended.code == 0
    assert f"{tmp_path}/lib/reach.yaml:1: targeting.customerIds: no customer 'acne'; did you mean acme?" in ended.err
    assert "'acme'" not in ended.err


@pytest.mark.parametrize(
    ("targeting", "told"),
    [
        ({"endemicType": "Endemc"}, "endemicType: no tenant has the type 'Endemc'; did you mean ENDEMIC?"),
        ({"customerPrefix": "Games"}, "customerPrefix: no tenant has the prefix 'Games'; did you mean games?"),
        ({"tags": ["Retail"]}, "tags: no tenant has the tag 'Retail'; did you mean retail?"),
        ({"endemicType": "endemic", "customerPrefix": "games", "tags": ["retail"]}, ""),
    ],
    ids=["endemic-type", "prefix", "tag", "all-known"],
)
def test_so_is_whatever_else_no_tenant_has(
    deployed: Any, command: Run, tmp_path: Path, targeting: dict[str, Any], told: str
) -> None:
    put_library_tenant(deployed, "acme", endemicType="ENDEMIC", customerPrefix="games", tags=["retail"])
    write(tmp_path / "lib", settings=json.dumps({"targeting": targeting}))

    ended = command("library", "push", str(tmp_path / "lib"), "--dry-run", "--no-data-sources")

    warning = f"warning: {tmp_path}/lib/reach.yaml:1: targeting.{told}\n" if told else ""
    assert (ended.code, ended.err) == (0, warning)


COUNT = "SELECT COUNT(1) AS n FROM t"


@pytest.mark.parametrize(
    ("sql", "more", "told"),
    [
        ("SELECT a FROM t LIMIT 5", {}, "line 1 of sqlQuery: LIMIT: AMC's SQL has none"),
        ("SELEC COUNT(1) AS n FROM t", {}, "line 1 of sqlQuery: begins with 'SELEC', which is no query; did you mean"),
        ("SELECT 1;\nSELECT 2", {}, "line 1 of sqlQuery: has a ';' amid it"),
        (
            f"{COUNT}\nWHERE a = CUSTOM_PARAMETER('campain_name')",
            {"inputParameters": [NAME]},
            "line 2 of sqlQuery: CUSTOM_PARAMETER('campain_name'): is not declared in inputParameters; did you",
        ),
        (COUNT, {"inputParameters": [{"name": "cap"}]}, "inputParameters[0].dataType: is missing"),
        (COUNT, {"defaultPayload": {"timeWindowStart": "TODAY(-7"}}, "defaultPayload.timeWindowEnd: is missing"),
        (
            f"{COUNT} WHERE a = CUSTOM_PARAMETER('campaign_name')",
            {"inputParameters": [NAME], "defaultPayload": {"parameterValues": {"campain_name": "x"}}},
            "defaultPayload.parameterValues: 'campain_name' is no parameter of w (did you mean campaign_name?)",
        ),
    ],
)
def test_a_workflow_is_put_by_the_rule_by_which_it_is_pushed(
    deployed: Any, command: Run, sql: str, more: dict[str, Any], told: str
) -> None:
    put_library_tenant(deployed, "acme")
    Path("w.json").write_text(json.dumps({"workflowId": "w", "sqlQuery": sql, **more}), encoding="utf-8")
    write(Path("lib"), "w", json.dumps(more), sql)

    put, pushed = (
        command("workflows", "put", "w.json", "--customer", "acme"),
        command("library", "push", "lib", "--yes"),
    )

    assert told in put.err
    assert (put.code, pushed.code) == (2, 2)
    assert deployed.table("Workflows").scan()["Items"] == []
    assert deployed.table("WorkflowLibrary").scan()["Items"] == []


def test_what_only_looks_wrong_is_put_and_pushed_with_the_same_warnings(deployed: Any, command: Run) -> None:
    put_library_tenant(deployed, "acme")
    sql, more = "SELECT a FROM t WHERE b = '{{x}}'", {"inputParameters": [NAME]}
    Path("w.json").write_text(json.dumps({"workflowId": "w", "sqlQuery": f"{sql}\n;", "team": "x", **more}))
    write(Path("lib"), "w", json.dumps(more), sql)

    put, pushed = (
        command("workflows", "put", "w.json", "--customer", "acme"),
        command("library", "push", "lib", "--yes"),
    )

    assert (put.code, pushed.code) == (0, 0)
    for warning in ("'{{x}}' stands in a text, and nobody fills it", "'campaign_name' is not used in the SQL"):
        assert warning in put.err
        assert warning in pushed.err
    assert deployed.wfm.workflows.get("acme", "w").row["sqlQuery"] == sql


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["tenants", "add", "f.json"], '{"customerId": "acme", "customerId": "acne"}'),
        (["schedules", "add", "--file", "f.json"], '{"customerId": "acme", "Name": "s", "Name": "t"}'),
        (
            ["workflows", "put", "f.json", "--customer", "acme"],
            '{"workflowId": "w", "sqlQuery": "SELECT 1", "sqlQuery": "SELECT 2"}',
        ),
    ],
)
def test_a_name_that_is_there_twice_in_a_file_is_refused(
    deployed: Any, queue: str, command: Run, words: list[str], text: str
) -> None:
    Path("f.json").write_text(text, encoding="utf-8")

    ended = command(*words)

    assert ended.code == 2
    assert "is there twice in one object" in ended.err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"customerId": "other"}, "customerId: 'other' is another customer; allowed: acme, or none"),
        ({"workflowId": "w x"}, "workflowId: 'w x' is not usable"),
        ({"inputParameters": [NAME, NAME]}, "inputParameters[1].name: 'campaign_name' is there twice"),
    ],
)
def test_a_workflow_that_amc_would_refuse_is_not_put(
    deployed: Any, queue: str, command: Run, more: dict[str, Any], told: str
) -> None:
    before = deployed.table("Workflows").scan()["Items"]
    Path("w.json").write_text(json.dumps({"workflowId": "w", "sqlQuery": "SELECT COUNT(1) AS n FROM t", **more}))

    ended = command("workflows", "put", "w.json", "--customer", "acme")

    assert ended.code == 2
    assert told in ended.err
    assert deployed.table("Workflows").scan()["Items"] == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--id", ""], "--id: '' is empty"),
        (["--time-zone", ""], "--time-zone: '' is empty"),
        (["--start", "", "--end", ""], "--start: '' is empty"),
        (["--window", " "], "--window: ' ' is empty"),
    ],
)
def test_an_option_that_an_unset_variable_left_empty_runs_nothing_else_instead(
    deployed: Any, queue: str, command: Run, words: list[str], told: str
) -> None:
    ended = command("run", "reach", "--customer", "acme", *words)

    assert ended.code == 2
    assert told in ended.err
    assert deployed.messages(queue) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "reach", "--customer", ""], "--customer: no customer ''"),
        (["queue", "peek", "--customer", ""], "--customer: '' is empty"),
        (["executions", "list", "--customer", ""], "--customer: no customer ''"),
        (["executions", "show", "", "--customer", "acme"], "ID: '' is empty"),
        (["executions", "cancel", "acme/", "--yes"], "ID: '' is empty"),
        (["schedules", "add", "acme/", "--workflow", "reach", "--every", "hourly"], "NAME: '' is empty"),
        (["tenants", "show", ""], "CUSTOMER: no customer ''"),
        (["backfill", "start", "reach", "--customer", "acme", *RANGE, "--id", ""], "--id: ''"),
        (["backfill", "start", "reach", "--customer", "acme", *RANGE, "--time-zone", ""], "--time-zone: '' is empty"),
    ],
)
def test_an_empty_name_is_nobodys(deployed: Any, queue: str, command: Run, words: list[str], told: str) -> None:
    ended = command(*words)

    assert ended.code == 2
    assert told in ended.err


def test_a_slip_in_an_id_to_be_sent_again_is_told_with_what_was_meant(deployed: Any, queue: str, command: Run) -> None:
    deployed.put_request("monday-reach", "FAILED")

    ended = command("executions", "resubmit", "acme/monday-raech", "--yes")

    assert ended.code == 1
    assert "there is no such request; did you mean monday-reach?" in ended.out


def test_a_text_whose_encoding_cannot_be_told_is_called_so(command: Run, tmp_path: Path) -> None:
    write(tmp_path / "lib")
    (tmp_path / "lib" / "reach.sql").write_bytes("SELECT 1".encode("utf-16-le"))

    ended = command("library", "check", str(tmp_path / "lib"))

    assert ended.code == 2
    assert "line 1 has a NUL: is it UTF-16 without its mark?" in ended.err


def test_what_nobody_reads_of_a_workflows_defaults_is_named_in_its_file(command: Run, tmp_path: Path) -> None:
    write(tmp_path / "lib", settings="defaultPayload: {ticket: 900}\n")

    ended = command("library", "check", str(tmp_path / "lib"))

    assert ended.code == 0
    assert "reach.yaml:1: defaultPayload.ticket: no field of a request, and nobody reads it" in ended.err


def test_so_is_what_nobody_reads_of_its_schedule_by_the_files_own_names(command: Run, tmp_path: Path) -> None:
    settings = "description: x\nschedule:\n  every: daily 08:00\n  payload:\n    ticket: 900\n"
    write(tmp_path / "lib", settings=settings)

    ended = command("library", "check", str(tmp_path / "lib"))

    assert ended.code == 0
    assert "reach.yaml:5: schedule.payload.ticket: no field of a request, and nobody reads it" in ended.err


def test_one_of_several_tags_is_named_where_it_stands(command: Run, tmp_path: Path) -> None:
    write(tmp_path / "lib", settings="description: x\ntargeting:\n  tags:\n    - retail\n    - 3\n")

    ended = command("library", "check", str(tmp_path / "lib"))

    assert "reach.yaml:5: targeting.tags[1]: 3 is not right" in ended.err


@pytest.mark.parametrize("moved", ["Europe/Berlin", "UTC"])
@pytest.mark.parametrize("window", [[], ["--window", "last 7 days"]])
def test_a_schedule_that_is_moved_takes_its_window_along(
    deployed: Any, queue: str, command: Run, moved: str, window: list[str]
) -> None:
    words = ["--workflow", "reach", "--every", "daily 21:00", "--window", "yesterday"]
    command("schedules", "add", "acme/s", *words, "--time-zone", "America/New_York")

    ended = command("schedules", "add", "acme/s", "--time-zone", moved, *window)

    (row,) = deployed.table("Schedules").scan()["Items"]
    assert row["Input"]["payload"]["timeWindowTimeZone"] == moved
    assert "America/New_York" not in ended.out


def test_a_window_in_a_zone_of_its_own_stays_there(deployed: Any, queue: str, command: Run) -> None:
    words = ["--workflow", "reach", "--every", "daily 21:00", "--window", "yesterday"]
    command("schedules", "add", "acme/s", *words, "--time-zone", "Asia/Tokyo", "--window-time-zone", "Europe/Paris")

    command("schedules", "add", "acme/s", "--time-zone", "Europe/Berlin", "--window", "last 7 days")

    (row,) = deployed.table("Schedules").scan()["Items"]
    assert row["Input"]["payload"]["timeWindowTimeZone"] == "Europe/Paris"


@pytest.mark.parametrize(
    "words",
    [
        ["daily 08:00", "--from", "2024-01-01T00:00:00", "--to", "2024-02-01T00:00:00"],
        ["every 15 minutes", "--window", "previous month", "--after", "2026-11-23T00:00:00"],
    ],
)
def test_firings_that_read_the_same_again_are_told_beforehand(command: Run, words: list[str]) -> None:
    told = command("schedules", "next", *words)
    moving = command("schedules", "next", "daily 08:00", "--window", "yesterday")

    assert "note: the next firings read the same: 202" in told.err
    assert "read the same" not in moving.err


def test_a_folder_without_workflows_is_the_wrong_one(deployed: Any, command: Run, tmp_path: Path) -> None:
    deployed.table("WorkflowLibrary").put_item(Item={"workflowId": "reach", "version": 1, "sqlQuery": "SELECT 1"})
    write(tmp_path / "outer" / "inner")

    checked = command("library", "check", str(tmp_path / "outer"))
    pruned = command("library", "push", str(tmp_path / "outer"), "--prune", "--yes")

    assert (checked.code, pruned.code) == (2, 2)
    assert "holds no workflow; allowed: a folder with name.sql beside name.yaml" in pruned.err
    assert len(deployed.table("WorkflowLibrary").scan()["Items"]) == 1


def test_a_field_of_a_tenant_is_set_once(deployed: Any, machine: FakeOnboarding, command: Run) -> None:
    record = {"customerId": "acme", "customerName": "Acme", "amcInstanceId": "amc1"}
    more = {"amcAmazonAdsAdvertiserId": "ENTITY1", "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER"}
    deployed.table("CustomerConfig").put_item(Item=record | more)

    ended = command("tenants", "set", "acme", "limit=2", "maximumConcurrentWorkflowExecutions=3")

    assert ended.code == 2
    assert "maximumConcurrentWorkflowExecutions: is given twice; allowed: once" in ended.err


@pytest.mark.usefixtures("sync")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["executions", "cancel", "--customer", "acme", "--workflow", "", "--since", "7d", "--yes"],
            "--workflow: '' is empty",
        ),
        (
            ["executions", "cancel", "--customer", "acme", "--backfill", " ", "--since", "7d", "--yes"],
            "--backfill: ' ' is empty",
        ),
        (["executions", "list", "--status", ""], "--status: '' is empty"),
        (["executions", "list", "--since", ""], "--since: '' is empty"),
        (["workflows", "sync", "acme/"], "WORKFLOW: '' is empty"),
        (["library", "show", ""], "workflowId: the library has no workflow ''"),
        (["executions", "list", "--customer", "acme", "--workflow", "raech"], "did you mean reach?"),
    ],
)
def test_a_choice_of_nothing_does_not_choose_everything(
    deployed: Any, queue: str, command: Run, words: list[str], told: str
) -> None:
    deployed.put_request("monday-reach", "RUNNING", workflowId="other")

    ended = command(*words)

    assert ended.code == 2
    assert told in ended.err


def test_what_pull_writes_of_a_predecessors_record_push_takes(deployed: Any, command: Run, tmp_path: Path) -> None:
    payload = {"timeWindowType": "MOST_RECENT_DAY", "timeWindowStart": "today(-1)", "timeWindowEnd": "today()"}
    record = {
        "workflowId": "old",
        "version": 1,
        "sqlQuery": "SELECT COUNT(CUSTOM_PARAMETER('x')) AS n FROM dsp_impressions\r\n;\r\n",
        "workflowMetaData": {"automaticDeployWorkflow": True, "workflowName": "Old"},
        "inputParameters": [{"name": "x", "dataType": "STRING", "defaultValue": "0123", "column_type": "METRIC"}],
        "defaultPayload": payload,
        "defaultSchedule": {"ScheduleExpression": "cron(0 8 ? * MON-SUN *)", "Input": {"payload": payload}},
    }
    deployed.table("WorkflowLibrary").put_item(Item=record)

    command("library", "pull", str(tmp_path / "lib"))
    ended = command("library", "push", str(tmp_path / "lib"))

    assert (ended.code, ended.out) == (0, "old: unchanged, version 1\n1 unchanged\n")


def test_what_a_workflow_no_longer_declares_is_not_sent_again(deployed: Any, queue: str, command: Run) -> None:
    payload = {"workflowId": "reach", "timeWindowName": "yesterday", "parameterValues": {"gone": "1"}}
    asked = {"customerId": "acme", "requestId": "f1", "payload": payload}
    deployed.put_request("f1", "FAILED", request=asked, endedAt="2026-11-23T15:20:49.000Z")

    ended = command("executions", "resubmit", "acme/f1", "--yes")

    assert ended.code == 1
    assert "it would be refused: parameterValues: 'gone' is no parameter of reach" in " ".join(ended.out.split())
    assert deployed.messages(queue) == []


def test_an_instance_has_one_tenant(deployed: Any, queue: str, machine: FakeOnboarding, command: Run) -> None:
    words = ["--advertiser", "ENTITY1", "--marketplace", "ATVPDKIKX0DER"]

    ended = command("tenants", "add", "--customer", "ACME", "--instance", "amc1", *words)
    other = command("tenants", "add", "--customer", "other", "--instance", "amc2", *words)

    assert (ended.code, other.code) == (2, 0)
    assert "--instance: amc1 belongs to acme already; allowed: one tenant an instance" in ended.err
    assert [row["customerId"] for row in deployed.table("CustomerConfig").scan()["Items"]] == ["other"]


def test_never_again_is_not_for_some_failures(deployed: Any, queue: str, command: Run) -> None:
    words = ["--workflow", "reach", "--every", "daily 08:00", "--resubmit", "0", "--resubmit-for", "FAILED"]

    ended = command("schedules", "add", "acme/s", *words)

    assert ended.code == 2
    assert "--resubmit-for: stands beside --resubmit 0" in ended.err


def test_two_schedules_that_ask_for_the_same_are_told_of(deployed: Any, queue: str, command: Run) -> None:
    words = ["--workflow", "reach", "--every", "daily 08:00", "--window", "yesterday"]
    alone = command("schedules", "add", "acme/s", *words)

    twin = command("schedules", "add", "acme/s-copy", *words)
    other = command("schedules", "add", "acme/s-copy", "--window", "last 7 days")

    assert "note: s asks for the same at the same times: it would run twice" in twin.err
    assert (alone.err, other.err) == ("", "")


def test_what_nobody_reads_of_a_schedules_file_is_named(deployed: Any, queue: str, command: Run) -> None:
    payload = {"workflowId": "reach", "timeWindowName": "yesterday", "ticket": 900}
    row = {"customerId": "acme", "Name": "s", "ScheduleExpression": "daily 08:00", "Input": {"payload": payload}}
    Path("s.json").write_text(json.dumps(row), encoding="utf-8")

    ended = command("schedules", "add", "--file", "s.json")

    assert ended.code == 0
    assert "note: Input.payload.ticket: no field of a request, and nobody reads it" in ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--start", f"2016-01-01{T}", "--end", f"2016-02-01{T}"], f"note: the window begins at 2016-01-01{T}; of"),
        (["--window", "last 5 years"], "of most data AMC keeps 13 months"),
        (["--window", "last 13 months"], None),
        (["--window", "yesterday"], None),
        ([], None),
    ],
)
def test_a_window_before_what_amc_keeps_is_run_and_told_of(
    deployed: Any, queue: str, command: Run, words: list[str], told: str | None
) -> None:
    ended = command("run", "reach", "--customer", "acme", *words)

    assert ended.code == 0
    assert (told or "") in ended.err
    assert ("AMC keeps" in ended.err) == (told is not None)
    assert len(deployed.messages(queue)) == 1


def test_a_schedule_of_a_window_before_what_amc_keeps_is_added_and_told_of(
    deployed: Any, queue: str, command: Run
) -> None:
    words = ["schedules", "add", "acme/s", "--workflow", "reach", "--every", "daily 08:00"]
    old = command(*words, "--from", f"0001-01-01{T}", "--to", f"2016-01-01{T}")
    new = command(*words, "--from", "TODAY(-7)", "--to", "TODAY(0)")

    assert (old.code, new.code) == (0, 0)
    assert f"note: the window begins at 0001-01-01{T}; of most data AMC keeps 13 months" in old.err
    assert "AMC keeps" not in new.err


@pytest.mark.usefixtures("sync")
def test_an_id_that_differs_from_another_in_case_alone_makes_no_twin(
    deployed: Any, queue: str, machine: FakeOnboarding, command: Run, tmp_path: Path
) -> None:
    words = ["--workflow", "reach", "--every", "daily 08:00", "--window", "yesterday"]
    command("schedules", "add", "acme/daily", *words)
    deployed.table("WorkflowLibrary").put_item(Item={"workflowId": "reach", "version": 1, "sqlQuery": "SELECT 1"})
    Path("w.json").write_text(json.dumps({"workflowId": "REACH", "sqlQuery": COUNT}), encoding="utf-8")
    write(tmp_path / "lib", "Reach", "{}", COUNT)
    tenant = ["--instance", "amc2", "--advertiser", "ENTITY1", "--marketplace", "ATVPDKIKX0DER"]

    refused = [
        command("schedules", "add", "acme/Daily", *words),
        command("workflows", "put", "w.json", "--customer", "acme"),
        command("library", "push", str(tmp_path / "lib"), "--yes"),
        command("tenants", "add", "--customer", "Acme", *tenant),
    ]

    assert [ended.code for ended in refused] == [2] * 4
    told = (
        "'Daily' differs from daily",
        "'REACH' differs from reach",
        "'Reach' differs from reach",
        "Acme differs from",
    )
    assert all(f"{words} " in f"{ended.err} " for words, ended in zip(told, refused, strict=True))
    assert all("in case alone; allowed: " in ended.err for ended in refused)
    assert command("schedules", "add", "acme/daily", "--every", "daily 09:00").code == 0
    assert (
        len(deployed.table("Schedules").scan()["Items"]) == len(deployed.table("WorkflowLibrary").scan()["Items"]) == 1
    )


@pytest.mark.parametrize(
    ("zone", "note"),
    [
        ("EST", "note: EST is UTC-5 in summer, too; America/New_York has summer time\n"),
        ("MST", "note: MST is UTC-7 in summer, too; America/Denver has summer time\n"),
        ("Etc/GMT+5", "note: Etc/GMT+5 is UTC-5: its sign is that of the POSIX standard\n"),
        ("Etc/GMT-1", "note: Etc/GMT-1 is UTC+1: its sign is that of the POSIX standard\n"),
        ("America/New_York", ""),
        ("Etc/GMT", ""),
    ],
)
def test_a_zone_that_is_not_what_its_name_reads_like_is_noted(
    deployed: Any, queue: str, command: Run, zone: str, note: str
) -> None:
    words = ["--window", "yesterday", "--time-zone", zone]

    run = command("run", "reach", "--customer", "acme", "--dry-run", *words)
    schedule = command("schedules", "add", "acme/s", "--workflow", "reach", "--every", "daily 08:00", *words)

    assert (run.err, schedule.err) == (note, note)
