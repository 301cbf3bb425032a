"""`wfm library list`, `show`, `remove` and `pull` as people and scripts meet them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.library_world import FakeRollouts, at_a_pace, put_tenant, stored, write
from wfm.model.tenants import TOGGLES

NEW_CONTENT, REMOVAL = TOGGLES[0], TOGGLES[2]


def test_the_list_tells_version_rollout_schedule_and_audience(
    deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts
) -> None:
    write(folder, settings="schedule: {every: daily 08:00, timeZone: Europe/Berlin}\ntargeting: {tags: [b, a]}\n")
    command("library", "push", str(folder), "--yes")
    rollouts.mark("reach", 1, "DONE", 2, 2, rolloutReason="somewhat odd")
    rollouts.row("acme", "reach", 1)
    rollouts.row("birch", "reach", 1, "FAILED", "no")

    heading, line = command("library", "list").out.splitlines()

    assert heading.split() == ["ID", "VERSION", "ROLLOUT", "TENANTS", "SYNCED", "FAILED", "SCHEDULE", "FOR", "REASON"]
    assert " ".join(line.split()) == "reach 1 DONE 2 1 1 daily 08:00 Europe/Berlin tags a or b somewhat odd"


def test_json_of_the_list_holds_the_same(deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts) -> None:
    command("library", "push", str(folder), "--yes")
    rollouts.mark("reach", 1, "ROLLING", 3, 1)
    rollouts.row("acme", "reach", 1, "FAILED", "no")

    (found,) = json.loads(command("library", "list", "--json").out)

    assert (found["workflowId"], found["version"], found["for"], found["schedule"]) == ("reach", 1, "all", None)
    assert found["rollout"] == {
        "status": "ROLLING",
        "reason": None,
        "tenants": 3,
        "done": 1,
        "synced": 0,
        "pending": 0,
        "failed": [{"customerId": "acme", "reason": "no"}],
    }


def test_a_workflow_is_shown_with_its_sql_its_settings_and_its_tenants(
    deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts
) -> None:
    command("library", "push", str(folder), "--yes")
    rollouts.row("acme", "reach", 1)
    deployed.put_workflow("reach", "birch")

    ended = command("library", "show", "reach")

    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    for line in (
        "version 1 of 1",
        "rollout PENDING",
        "for all",
        "description: Who was reached.",
        "campaign, -- the name",
        "acme SYNCED 1",
        "birch SYNCED its own",
    ):
        assert line in lines


def test_json_of_a_workflow_is_its_record_and_its_rows(
    deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts
) -> None:
    command("library", "push", str(folder), "--yes")
    command("library", "push", str(write(folder, settings="description: Later.\n")), "--yes")
    rollouts.row("acme", "reach", 2)

    found = json.loads(command("library", "show", "reach", "--version", "1", "--json").out)

    assert (found["version"], found["versions"]) == (1, [1, 2])
    assert found["record"]["metadata"] == {"description": "Who was reached."}
    assert [(row["customerId"], row["libraryVersion"]) for row in found["rows"]] == [("acme", 2)]


@pytest.mark.parametrize("words", [["show", "raech"], ["remove", "raech", "--yes"]])
def test_an_unknown_workflow_is_named_with_the_one_that_may_be_meant(
    deployed: Any, command: Run, folder: Path, words: list[str]
) -> None:
    command("library", "push", str(folder), "--yes")

    ended = command("library", *words)

    assert ended.code == 2
    assert "the library has no workflow 'raech'; did you mean reach?" in ended.err


@pytest.mark.parametrize("verb", ["show", "remove"])
def test_an_unknown_version_is_named_with_those_that_there_are(
    deployed: Any, command: Run, folder: Path, verb: str
) -> None:
    command("library", "push", str(folder), "--yes")

    ended = command("library", verb, "reach", "--version", "3")

    assert ended.code == 2
    assert "--version: reach has no version 3; allowed: 1" in ended.err


def test_a_removal_says_who_loses_it_and_who_keeps_it(
    deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_tenant(deployed, "acme")
    put_tenant(deployed, "birch", NEW_CONTENT)
    command("library", "push", str(folder), "--yes")
    rollouts.row("acme", "reach", 1)
    rollouts.row("birch", "reach", 1)
    at_a_pace(monkeypatch, [lambda: rollouts.take("acme", "reach")])

    asked = command("library", "remove", "reach")
    done = command("library", "remove", "reach", "--yes", "--wait")

    assert asked.code == 2
    assert done.code == 0
    assert done.out.splitlines()[:4] == [
        "reach: all versions go",
        "  is taken from 1 tenant: acme",
        f"  leaves as it is 1 tenant: birch, where {REMOVAL} is off",
        "removed: reach",
    ]
    assert done.out.splitlines()[-1].endswith("reach  DONE  gone")
    assert stored(deployed) == {}


def test_the_older_version_takes_over_and_is_followed(
    deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_tenant(deployed, "acme")
    command("library", "push", str(folder), "--yes")
    rollouts.mark("reach", 1, "DONE", 1, 1)
    command("library", "push", str(write(folder, settings="description: Later.\n")), "--yes")
    rollouts.row("acme", "reach", 2)

    def taken_over() -> None:
        rollouts.mark("reach", 1, "DONE", 1, 1, rolloutExecution="arn:another")
        rollouts.row("acme", "reach", 1)

    at_a_pace(monkeypatch, [lambda: None, taken_over])

    ended = command("library", "remove", "reach", "--version", "2", "--yes", "--wait")

    assert ended.code == 0
    assert ended.out.splitlines()[:2] == ["reach: version 2 goes, version 1 takes over", "  reaches 1 tenant: acme"]
    assert "PENDING" in ended.out.splitlines()[3]
    assert ended.out.splitlines()[-1].endswith("reach  DONE  1 of 1 tenants, 1 in AMC")
    assert set(stored(deployed)) == {("reach", 1)}


def test_the_version_in_force_is_rolled_out_once_more_by_who_asks(
    deployed: Any, command: Run, folder: Path, rollout_machine: Callable[[], list[str]]
) -> None:
    put_tenant(deployed, "acme")
    command("library", "push", str(folder), "--yes")

    refused = command("library", "rollout", "rich", "--yes")
    ended = command("library", "rollout", "reach", "--yes")

    assert (refused.code, "did you mean reach" in refused.err) == (2, True)
    assert ended.out == "reach: version 1 once more\n  reaches 1 tenant: acme\nbegun: version 1 of reach\n"
    (name,) = rollout_machine()
    assert name.startswith("reach-")
    assert stored(deployed)["reach", 1]["rolloutAskedBy"] == "moto"


def test_removing_a_version_that_is_not_in_force_concerns_nobody(deployed: Any, command: Run, folder: Path) -> None:
    command("library", "push", str(folder), "--yes")
    command("library", "push", str(write(folder, settings="description: Later.\n")), "--yes")

    ended = command("library", "remove", "reach", "--version", "1", "--yes", "--wait")

    assert ended.out.splitlines()[0] == ("reach: version 1 goes; no tenant is concerned, version 2 stays in force")
    assert set(stored(deployed)) == {("reach", 2)}


def test_a_pull_gives_the_sql_back_as_it_was(deployed: Any, command: Run, folder: Path, tmp_path: Path) -> None:
    command("library", "push", str(folder), "--yes")

    ended = command("library", "pull", str(tmp_path / "elsewhere"))

    assert (ended.code, ended.out) == (0, "1 written: reach; 0 unchanged\n")
    for name in ("reach.sql", "reach.yaml"):
        assert (tmp_path / "elsewhere" / name).read_bytes() == (folder / name).read_bytes()


def test_a_pull_leaves_files_that_say_the_same_alone_and_overwrites_others_only_by_force(
    deployed: Any, command: Run, folder: Path
) -> None:
    settings = "# mine\ndescription:   Who was reached.\n"
    command("library", "push", str(write(folder, settings=settings)), "--yes")
    command("library", "push", str(write(folder, "other", settings="workflowId: renamed\n")), "--yes")

    same = command("library", "pull", str(folder))
    write(folder, "other", settings="workflowId: renamed\ndescription: Mine.\n")
    refused, forced = command("library", "pull", str(folder)), command("library", "pull", str(folder), "--force")

    assert same.out == "0 written; 2 unchanged\n"
    assert (folder / "reach.yaml").read_text(encoding="utf-8") == settings
    assert refused.code == 2
    assert "other.sql: says something else than WFM; allowed: --force, to overwrite it" in refused.err
    assert forced.out == "1 written: renamed; 1 unchanged\n"
    assert (folder / "other.yaml").read_text(encoding="utf-8") == "workflowId: renamed\n"


def test_a_record_that_cannot_be_read_is_shown_and_left_out_of_a_pull(
    deployed: Any, command: Run, tmp_path: Path
) -> None:
    deployed.table("WorkflowLibrary").put_item(Item={"workflowId": "odd", "version": 1, "sqlQuery": ""})

    listed, pulled = command("library", "list"), command("library", "pull", str(tmp_path / "here"))

    assert "sqlQuery: is empty or no text" in listed.out
    assert pulled.out == "0 written; 0 unchanged\n"
    assert "odd is left out, its record cannot be read" in pulled.err
