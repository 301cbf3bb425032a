"""Every command that answers has `--json`; its answer is one JSON document, which keeps the schema of the command.

The fixture `command` holds every answer that any test gets against its schema; here are those that no other test gets.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import wfm.cli
from docs import command_schemas
from tests.wfm.backfilling import Backfilling
from tests.wfm.commands import Run
from tests.wfm.json_answers import check_answer, closed
from tests.wfm.library_world import put_tenant, write
from tests.wfm.onboarding import record

# They serve or draw, write files of their own, or print JSON alone.
NO_ANSWER = {"console", "demo", "executions timeline", "mcp", "report", "tenants export"}


def commands(path: str, command: Any) -> Iterator[tuple[str, set[str]]]:
    """The commands below that one with their options."""
    below = getattr(command, "commands", {})
    if not below:
        yield path, {option for param in command.params for option in param.opts}
    for name, one in below.items():
        yield from commands(f"{path} {name}", one)


def test_every_command_that_answers_has_json() -> None:
    without = {
        path
        for name in wfm.cli.COMMANDS
        for path, options in commands(name, wfm.cli.load(name))
        if "--json" not in options
    }

    assert without == NO_ANSWER


def test_every_command_with_json_has_a_schema_and_no_other_has() -> None:
    assert sorted(command_schemas.SCHEMAS) == sorted(command_schemas.commands())


def test_the_schemas_and_their_page_are_current() -> None:
    stale = [
        name
        for name in command_schemas.SCHEMAS
        if command_schemas.file_of(name).read_text(encoding="utf-8") != command_schemas.schema_text(name)
    ]

    assert stale == []
    assert len(list(command_schemas.FOLDER.iterdir())) == len(command_schemas.SCHEMAS)
    assert command_schemas.PAGE.read_text(encoding="utf-8") == command_schemas.page()


@pytest.mark.parametrize(
    "text",
    ['[{"name": "a"}]', '[{"name": "a", "inUse": "yes"}]', '[{"name": "a", "inUse": true, "port": 1}]', "none", "{}"],
    ids=["field-missing", "another-type", "field-unknown", "no-json", "no-list"],
)
def test_an_answer_that_the_schema_does_not_have_fails_its_test(text: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check_answer(["context", "list", "--json"], text)


def test_readers_of_a_schema_bear_new_fields_and_its_tests_do_not() -> None:
    schema = command_schemas.SCHEMAS["context use"]

    assert "additionalProperties" not in schema
    assert closed(schema)["additionalProperties"] is False


@pytest.mark.parametrize(
    "words",
    [
        ["context", "add", "production"],
        ["context", "use", "staging"],
        ["context", "remove", "staging", "--yes"],
        ["local", "down"],
    ],
    ids=" ".join,
)
def test_a_change_is_answered_with_one_document(
    aws_settings: None, command: Run, words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("local.background.holder", lambda _directory: None)
    command("context", "add", "staging")

    ended = command(*words, "--json")

    assert ended.code == 0
    assert isinstance(json.loads(ended.out), dict)


def _library(deployed: Any, folder: Path) -> None:
    put_tenant(deployed, "acme")
    write(folder)


def _pushed(deployed: Any, folder: Path) -> None:
    _library(deployed, folder)
    record = {"workflowId": "geo", "version": 1, "sqlQuery": "SELECT 1"}
    deployed.table("WorkflowLibrary").put_item(Item=record)


def _workflow(deployed: Any, folder: Path) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    (folder / "geo.json").write_text('{"workflowId": "geo", "sqlQuery": "SELECT 1"}', encoding="utf-8")


def _schedule(deployed: Any, _folder: Path) -> None:
    deployed.put_tenant()
    row = {"customerId": "acme", "Name": "daily", "ScheduleExpression": "daily 08:00"}
    deployed.table("Schedules").put_item(Item={**row, "Input": {"payload": {"workflowId": "reach"}}})


def _run(deployed: Any, _folder: Path) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    deployed.put_request("r1", "SUCCEEDED", endedAt="2026-11-23T15:00:00.000Z", workflowExecutionId="e1")
    deployed.put_execution("e1", "SUCCEEDED", requestId="r1")


def _backfill(deployed: Any, _folder: Path) -> None:
    made = Backfilling(deployed)
    made.put_tenants("acme")
    made.start("q1", "acme")


ANSWERS: Final[dict[str, Callable[[Any, Path], None]]] = {
    "library check .": _library,
    "library push . --dry-run": _pushed,
    "library push . --yes": _pushed,
    "library pull copies": _pushed,
    "library remove geo --yes": _pushed,
    "workflows put geo.json --customer acme": _workflow,
    "workflows remove acme/reach --yes": _workflow,
    "schedules remove acme/daily --yes": _schedule,
    "schedules show acme/daily": _schedule,
    "executions show acme/r1": _run,
    "status": _run,
    "results list --customer acme --since 2026-11-01": _run,
    "backfill cancel q1 --yes": _backfill,
}


@pytest.mark.parametrize("line", ANSWERS)
def test_what_no_other_test_asks_for_keeps_its_schema_too(
    deployed: Any, command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    ANSWERS[line](deployed, tmp_path)

    ended = command(*line.split(), "--json")

    assert ended.code in (0, 1), ended
    assert ended.out


def test_a_tenant_that_is_removed_is_answered_with_its_way(deployed: Any, machine: Any, command: Run) -> None:
    deployed.put_tenant()
    deployed.table("CustomerConfig").put_item(Item=record())

    ended = command("tenants", "remove", "acme", "--yes", "--wait", "--json")

    assert (ended.code, json.loads(ended.out)["status"]) == (0, "OFFBOARDED")


def test_a_push_is_answered_with_its_difference_and_its_rollouts(command: Run, folder: Path, refused: str) -> None:
    ended = command("library", "push", str(folder), "--yes", "--wait", "--json")

    answer = json.loads(ended.out)
    assert ended.code == 1
    assert [(one["workflowId"], one["change"], one["version"]) for one in answer["changes"]] == [("reach", "new", 1)]
    assert (answer["pushed"], answer["rollouts"][0]["failed"]) == (
        ["reach"], [{"customerId": "acme", "reason": refused}],
    )  # fmt: skip
    assert "reach: new, version 1" in ended.err
