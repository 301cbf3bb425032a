"""The command as people and scripts meet it: what it prints, where, and how it ends."""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import pytest

import wfm.cli
from tests.wfm.commands import Ended, Run
from wfm.cli.output import print_table
from wfm.errors import LocalRuntimeError, UnreachableError

ESCAPE = "\x1b"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sleeps while following a run."""
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)


def test_the_version_is_reported_without_an_account(command: Run) -> None:
    ended = command("--version")

    assert (ended.code, ended.out) == (0, f"wfm {version('wfm')}\n")


def test_a_run_is_sent_and_its_id_printed_first(deployed: Any, command: Run) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    ended = command("run", "reach", "--customer", "acme", "--parameter", "cap=3", "--parameter", 'ids=["a","b"]')

    (message,) = deployed.messages(queue)
    body = json.loads(message["Body"])
    assert ended.code == 0
    assert ended.out.split()[0] == body["requestId"]
    assert body["payload"]["parameterValues"] == {"cap": "3", "ids": ["a", "b"]}


def test_a_run_may_have_an_id_and_a_time_out_of_its_own(deployed: Any, command: Run) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    ended = command("run", "reach", "--customer", "acme", "--id", "monday", "--run-timeout", "900")

    (message,) = deployed.messages(queue)
    body = json.loads(message["Body"])
    assert ended.out.startswith("monday  ")
    assert (body["requestId"], body["payload"]["workflowExecutionTimeoutSeconds"]) == ("monday", 900)


def test_a_run_of_a_tenant_that_amc_refuses_is_sent_with_a_word_of_warning(deployed: Any, command: Run) -> None:
    queue = deployed.put_tenant(degradedSince="2026-11-23T14:00:00.000Z", degradedReason="AMC refused with 403")
    deployed.put_workflow()

    ended = command("run", "reach", "--customer", "acme")

    assert (ended.code, len(deployed.messages(queue))) == (0, 1)
    assert "note: it waits for the tenant, DEGRADED since 2026-11-23T14:00:00.000Z: AMC refused with 403" in ended.err


def test_json_of_a_run_without_waiting_is_its_ids(deployed: Any, command: Run) -> None:
    deployed.put_tenant()
    deployed.put_workflow()

    ended = command("run", "reach", "--customer", "acme", "--json")

    document = json.loads(ended.out)
    assert document["customerId"] == "acme"
    assert len(document["requestId"]) == 36


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run", "reach", "--customer", "acne"], "error: --customer: no customer 'acne'; did you mean acme?"),
        (["run", "rich", "--customer", "acme"], "did you mean reach?"),
        (["run", "reach", "--customer", "acme", "--priority", "high"], "allowed: interactive, scheduled, backfill"),
        (["run", "reach", "--customer", "acme", "--parameter", "cap"], "--parameter: 'cap' cannot be read"),
        (["run", "reach", "--customer", "acme", "--parameter", "a=1", "--parameter", "a=2"], "a is given twice"),
        (["run", "reach", "--customer", "acme", "--parameter", "a=[1"], "is no JSON list"),
        (["run", "reach", "--customer", "acme", "--window-type", "WEEK"], "--window-type: 'WEEK' is unknown"),
        (["executions", "list", "--customer", "acme", "--status", "DONE"], "--status: 'DONE' is unknown; allowed:"),
        (["executions", "show", "nothing", "--customer", "acme"], "neither a request nor an AMC run 'nothing'"),
        (["run", "reach", "--customer", "acme", "--id", "a/b"], "--id: 'a/b' is not"),
        (["run", "reach", "--customer", "acme", "--run-timeout", "60"], "--run-timeout: 60 is not"),
        (["run", "reach"], "--customer: is missing; allowed: customer ids"),
    ],
)
def test_a_mistake_ends_with_two_and_one_sentence_on_stderr(
    deployed: Any, command: Run, words: list[str], sentence: str
) -> None:
    deployed.put_tenant()
    deployed.put_workflow()

    ended = command(*words)

    assert ended.code == 2
    assert sentence in ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err


def test_waiting_for_a_good_run_ends_with_zero_and_tells_the_way(
    deployed: Any, command: Run, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    times = {f"{state}At": f"2026-11-23T14:00:0{n}.000Z" for n, state in enumerate(("queued", "running", "ended"))}
    _answer_with(monkeypatch, deployed, "SUCCEEDED", workflowExecutionId="e1", **times)

    ended = command("run", "reach", "--customer", "acme", "--wait")

    words = ended.out.split()
    assert ended.code == 0
    assert [word for word in words if word in {"QUEUED", "RUNNING", "SUCCEEDED"}][:3] == [
        "QUEUED",
        "RUNNING",
        "SUCCEEDED",
    ]
    assert "AMC run e1" in ended.out
    assert "QUEUED 1.0 s" in ended.out
    assert ESCAPE not in ended.out


def test_waiting_for_a_bad_run_ends_with_one_and_its_reason(
    deployed: Any, command: Run, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    _answer_with(monkeypatch, deployed, "REJECTED", reason="AMC refused with 400: no such table")

    ended = command("run", "reach", "--customer", "acme", "--wait")

    assert ended.code == 1
    assert "REJECTED  AMC refused with 400: no such table" in ended.out


def test_waiting_too_long_ends_with_three(deployed: Any, command: Run, at_once: None) -> None:
    deployed.put_tenant()
    deployed.put_workflow()

    ended = command("run", "reach", "--customer", "acme", "--wait", "--timeout", "0.01")

    assert ended.code == 3
    assert "it is BUFFERED; it continues" in ended.err


def test_json_of_a_run_that_was_waited_for_is_the_whole_run(
    deployed: Any, command: Run, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    deployed.put_execution("e1", "SUCCEEDED")
    _answer_with(monkeypatch, deployed, "SUCCEEDED", workflowExecutionId="e1", endedAt="2026-11-23T15:00:00.000Z")

    ended = command("run", "reach", "--customer", "acme", "--wait", "--json")

    document = json.loads(ended.out)
    assert document["status"] == "SUCCEEDED"
    assert document["execution"]["workflowExecutionId"] == "e1"


def _answer_with(monkeypatch: pytest.MonkeyPatch, deployed: Any, status: str, **row: Any) -> None:
    """As soon as a request is sent, there is a row of it at this status."""

    def send(_aws: Any, _queue_url: str, _body: str, request_id: str, _key: str) -> None:
        deployed.put_request(request_id, status, **row)

    monkeypatch.setattr("wfm.client.adapters.queue_messages.QueueMessages.send", send)


def test_a_list_in_a_pipe_is_plain_and_nothing_in_it_is_cut(deployed: Any, command: Run) -> None:
    deployed.put_tenant()
    reason = "a long reason " * 20
    deployed.put_request("r1", "FAILED", reason=reason.strip(), endedAt="2026-11-23T15:00:00.000Z")
    deployed.put_execution("e1")

    ended = command("executions", "list", "--customer", "acme")

    heading, first, second = ended.out.splitlines()
    assert heading.split() == ["ID", "STATUS", "WORKFLOW", "WINDOW", "SOURCE", "STARTED", "ENDED", "REASON"]
    assert first.split()[:2] == ["r1", "FAILED"]
    assert first.endswith(reason.strip())
    assert second.split()[:4] == ["e1", "RUNNING", "reach", "external"]
    assert ESCAPE not in ended.out


REFRESHES = {
    "3d": {"dueAt": "2026-11-26T00:00:00.000Z", "requestId": "reach-refresh-3d-1", "supersedes": "e1"},
    "14d": {"dueAt": "2026-12-07T00:00:00.000Z", "reason": "the schedule daily is deleted"},
    "30d": {"dueAt": "2026-12-23T00:00:00.000Z"},
}


CHANGE = {
    "at": "2026-11-23T12:00:00.000Z",
    "rowsBefore": 6,
    "rowsAfter": 9,
    "rowsPercent": "50.00",
    "columns": [{"name": "n", "before": "1000", "after": "1100", "percent": "10.00"}],
}


def test_a_run_with_newer_numbers_is_marked_and_names_its_other_ages(deployed: Any, command: Run) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "SUCCEEDED", supersededBy="e2", refreshes=REFRESHES)
    deployed.put_request("r2", "SUCCEEDED", workflowExecutionId="e2", supersedes="e1", refreshOf="r1", refreshAge="3d")
    deployed.put_execution("e2", "SUCCEEDED", requestId="r2", supersedes="e1", change=CHANGE)

    listed = command("executions", "list", "--customer", "acme").out
    first = command("executions", "show", "acme/r1").out
    second = command("executions", "show", "acme/r2").out
    answer = json.loads(command("executions", "list", "--customer", "acme", "--json").out)

    lines = {line.split()[0]: line for line in listed.splitlines()}
    assert lines["r1"].endswith("SUPERSEDED by e2")
    assert "SUPERSEDED" not in lines["r2"]
    assert {run["id"]: run["supersededBy"] for run in answer} == {"r1": "e2", "r2": None}
    facts = dict(
        line.split(maxsplit=1) for line in first.replace("at ", "at-", 3).splitlines() if line.startswith("at-")
    )
    assert facts == {
        "at-3d": "sent as reach-refresh-3d-1",
        "at-14d": "not run: the schedule daily is deleted",
        "at-30d": "due at 2026-12-23T00:00:00.000Z",
    }
    assert "supersedes" in second
    assert re.search(r"^changed +rows 6 to 9 \(\+50\.00%\); n 1,000 to 1,100 \(\+10\.00%\)$", second, re.MULTILINE)


def test_json_of_a_list_has_one_object_for_each_run(deployed: Any, command: Run) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", attempts=2)
    deployed.put_request("r2", "SUCCEEDED")

    ended = command("executions", "list", "--customer", "acme", "--status", "queued", "--json")

    (run,) = json.loads(ended.out)
    assert run["id"] == "r1"
    assert run["request"]["attempts"] == 2


def test_a_run_is_shown_with_what_was_asked_and_what_amc_says(deployed: Any, command: Run) -> None:
    deployed.put_request("r1", "RUNNING", workflowExecutionId="e1", runningAt="2026-11-23T14:30:00.000Z")
    deployed.put_execution(
        "e1", requestId="r1", timeWindowStart="2026-11-01T00:00:00Z", timeWindowEnd="2026-11-08T00:00:00Z"
    )

    ended = command("executions", "show", "e1", "--customer", "acme")

    lines = dict(line.split(maxsplit=1) for line in ended.out.splitlines())
    assert lines["status"] == "RUNNING"
    assert lines["request"] == "r1"
    assert lines["running"] == "2026-11-23T14:30:00.000Z"
    assert lines["window"].startswith("2026-11-01")


def test_an_aws_without_credentials_is_said_in_one_line(
    aws_settings: None, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")

    ended = command("executions", "list", "--customer", "acme")

    assert ended.code == 4
    assert ended.err == "error: AWS: Unable to locate credentials; `wfm doctor` says what to do\n"


def test_the_region_may_be_set_as_for_every_other_aws_tool(
    aws_settings: None, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def find_deployment(client: Any, stack: str) -> None:
        asked.append(client.meta.region_name)
        raise UnreachableError("no stack")

    monkeypatch.setattr("wfm.client.deployment.find_deployment", find_deployment)
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    command("executions", "list", "--customer", "acme")
    command("--region", "us-west-2", "executions", "list", "--customer", "acme")

    assert asked == ["eu-west-1", "us-west-2"]


def test_a_long_id_is_shortened_on_a_narrow_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    wanted = "530dc5f6-da24-4a5e-9c7b-0123456789ab"

    print_table(["ID", "STATUS", "REASON"], [[wanted, "FAILED", "a long reason " * 10]], status_column=1)

    narrow = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "200")
    print_table(["ID", "STATUS", "REASON"], [[wanted, "FAILED", "short"]], status_column=1)

    assert "530dc5f6  " in narrow
    assert wanted not in narrow
    assert wanted in capsys.readouterr().out


def test_a_profile_that_does_not_exist_is_said_with_those_that_do(
    aws_settings: None, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")

    ended = command("--profile", "prod", "executions", "list", "--customer", "acme")

    assert ended == Ended(4, "", "error: there is no AWS profile 'prod'; there are: none\n")


def test_a_local_runtime_that_is_not_up_has_no_status(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def describe() -> None:
        raise LocalRuntimeError("it is not up; start it with `wfm local up`")

    monkeypatch.setattr("local.background.describe", describe)

    assert command("local", "status") == Ended(4, "", "error: it is not up; start it with `wfm local up`\n")


@pytest.mark.parametrize(
    "started",
    ["import wfm.cli", "from wfm import Connection, Wfm; Wfm(connection=Connection()).library"],
    ids=["command", "client"],
)
def test_boto3_is_loaded_with_the_first_call_to_aws_only(started: str) -> None:
    code = f"import sys; {started}; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_loads_no_subcommand_and_nothing_that_takes_long() -> None:
    late = (
        "boto3",
        "botocore",
        "jinja2",
        "jsonschema",
        "starlette",
        "uvicorn",
        "yaml",
        "wfm.client",
        "wfm.console",
        "wfm.report",
    )
    code = f"""
import sys, wfm.cli
sys.argv = ["wfm", "--help"]
try:
    wfm.cli.main()
finally:
    print(sorted(name for name in sys.modules if name in {late}), file=sys.stderr)
"""

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert all(name in ended.stdout for name in wfm.cli.COMMANDS)
    assert ended.stderr == "[]\n"


@pytest.mark.parametrize("name", wfm.cli.COMMANDS)
def test_each_subcommand_of_the_list_is_there(name: str, command: Run) -> None:
    ended = command(name, "--help")

    assert (ended.code, ended.err) == (0, "")
    assert f"wfm {name} [OPTIONS]" in ended.out
