"""Workflows of many tenants, and of the library, at once: removed, and compared with AMC."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.library_world import FakeRollouts, put_tenant, stored, write
from tests.wfm.syncing import FakeTracker
from wfm.client.workflows.workflows import Workflows
from wfm.errors import ExitCode

THREE = ("acme", "birch", "cedar")


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)


@pytest.fixture
def tenants(deployed: Any) -> Any:
    """Three tenants with the workflow reach; geo has acme alone, and from the library, with a schedule."""
    for name in THREE:
        deployed.put_row(name, tags=["emea"] if name != "acme" else ["us"])
        deployed.put_workflow("reach", name)
    row = {"customerId": "acme", "workflowId": "geo", "sqlQuery": "SELECT 1", "syncStatus": "SYNCED"}
    deployed.table("Workflows").put_item(Item={**row, "libraryVersion": 3})
    schedule = {"customerId": "acme", "Name": "daily", "Input": {"payload": {"workflowId": "geo"}}}
    deployed.table("Schedules").put_item(Item=schedule)
    return deployed


def left(deployed: Any) -> list[str]:
    rows = deployed.table("Workflows").scan()["Items"]
    return sorted(f"{row['customerId']}/{row['workflowId']}" for row in rows)


def test_a_workflow_is_removed_of_each_tenant_that_has_one(tenants: Any, command: Run) -> None:
    asked = command("workflows", "remove", "reach", "--tenants", "tag:emea")
    before = left(tenants)
    ended = command("workflows", "remove", "reach", "--tenants", "tag:emea", "--yes")

    assert asked.code == ExitCode.USAGE
    assert "nobody can be asked. 2 workflows are deleted, in AMC too, and their schedules:" in asked.err
    assert len(before) == 4
    assert [line.split()[:5] for line in ended.out.splitlines()[1:]] == [
        [name, "reach", "to", "be", "deleted"] for name in ("birch", "cedar")
    ]
    assert (ended.code, ended.err, left(tenants)) == (0, "2 of 2 removed\n", ["acme/geo", "acme/reach"])


def test_all_workflows_of_a_tenant_go_with_their_schedules_named(tenants: Any, command: Run) -> None:
    ended = command("workflows", "remove", "--customer", "acme", "--all", "--yes", "--json")

    assert [(one["workflowId"], one["schedules"]) for one in json.loads(ended.out)] == [
        ("geo", ["daily"]),
        ("reach", []),
    ]
    assert left(tenants) == ["birch/reach", "cedar/reach"]


def test_one_that_went_meanwhile_does_not_keep_the_others(
    tenants: Any, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = Workflows.choose

    def then_removed(self: Workflows, *arguments: Any) -> Any:
        found = choose(self, *arguments)
        tenants.table("Workflows").delete_item(Key={"customerId": "birch", "workflowId": "reach"})
        return found

    monkeypatch.setattr(Workflows, "choose", then_removed)

    ended = command("workflows", "remove", "reach", "--tenants", "all", "--yes")

    assert "birch     reach     not changed" in ended.out
    assert (ended.code, left(tenants)) == (ExitCode.PARTLY, ["acme/geo"])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "WORKFLOW: needs either ids, or --all"),
        (["reach", "--tenants", "all", "--all"], "WORKFLOW: needs either ids, or --all"),
        (["--all"], "--customer: is missing; allowed: customer ids, tag:NAME, or all"),
        (["raech", "--tenants", "all"], "WORKFLOW: none of these tenants has a workflow 'raech'; did you mean reach?"),
        (["acme/geo", "birch/geo"], "WORKFLOW: birch has no workflow 'geo'; there is only reach"),
    ],
    ids=["nothing-chosen", "ids-and-all", "nobody", "no-such-workflow", "one-of-two"],
)
def test_what_names_no_workflows_removes_nothing(tenants: Any, command: Run, words: list[str], problem: str) -> None:
    ended = command("workflows", "remove", *words, "--yes")

    assert (ended.code, ended.err) == (ExitCode.USAGE, f"error: {problem}\n")
    assert len(left(tenants)) == 4


def test_many_tenants_are_compared_and_those_with_drift_are_named(
    tenants: Any, tracker: FakeTracker, command: Run
) -> None:
    asked = command("workflows", "drift", "--tenants", "tag:emea", "--json")
    none = command("workflows", "drift", "--tenants", "tag:emea", "--wait")
    tracker.finds = {"geo": "changed: sqlQuery"}
    found = command("workflows", "drift", "--tenants", "acme", "--wait")
    tracker.finds = {}
    some = command("workflows", "drift", "--tenants", "all", "--wait", "--json")

    assert [one["customerId"] for one in json.loads(asked.out)] == ["birch", "cedar"]
    assert (none.code, len(none.out.splitlines())) == (0, 2)
    assert found.code == ExitCode.FAILED
    assert [len(one["drifted"]) for one in json.loads(some.out)] == [1, 0, 0]
    assert some.code == ExitCode.PARTLY


def test_a_tenant_that_is_still_to_be_compared_ends_with_three(
    tenants: Any, tracker: FakeTracker, command: Run
) -> None:
    tracker.idle = True

    ended = command("workflows", "drift", "--tenants", "tag:emea", "--wait", "--timeout", "0")

    assert ended.code == ExitCode.NOT_ENDED
    assert "birch is still to be compared" in ended.err
    assert "cedar is still to be compared" in ended.err


def test_a_tenant_that_cannot_be_compared_does_not_keep_the_others(
    tenants: Any, tracker: FakeTracker, command: Run
) -> None:
    tenants.put_row("birch", "FAILED")

    named = command("workflows", "drift", "--customer", "acme,birch")
    chosen = command("workflows", "drift", "--tenants", "all")

    assert (named.code, chosen.code) == (ExitCode.USAGE, 0)
    assert "birch is FAILED; allowed: one that is ACTIVE or PAUSED" in named.err
    assert [line.split(":")[0] for line in chosen.out.splitlines()] == ["acme", "cedar"]


@pytest.fixture
def library(deployed: Any, command: Run, folder: Path) -> Any:
    put_tenant(deployed, "acme")
    for name in ("geo", "path"):
        write(folder, name)
    command("library", "push", str(folder), "--yes")
    return deployed


def test_several_workflows_of_the_library_are_removed_after_one_question(library: Any, command: Run) -> None:
    asked = command("library", "remove", "reach", "geo")
    ended = command("library", "remove", "reach", "geo", "--yes", "--json")

    assert asked.out.splitlines()[::2] == ["reach: all versions go", "geo: all versions go"]
    assert [(one["workflowId"], one["inForce"]) for one in json.loads(ended.out)] == [("reach", None), ("geo", None)]
    assert (ended.code, set(stored(library))) == (0, {("path", 1)})


def test_several_workflows_of_the_library_are_rolled_out_after_one_question(
    library: Any, command: Run, rollout_machine: Callable[[], list[str]]
) -> None:
    asked = command("library", "rollout", "reach", "geo")
    ended = command("library", "rollout", "reach", "geo", "reach", "--yes", "--json")
    of_all = command("library", "rollout", "--all", "--yes")

    assert asked.err.startswith("error: --yes is missing, and nobody can be asked")
    assert asked.out.splitlines()[::2] == ["reach: version 1 once more", "geo: version 1 once more"]
    assert [(one["workflowId"], one["version"]) for one in json.loads(ended.out)] == [("reach", 1), ("geo", 1)]
    assert of_all.out.splitlines()[-3:] == [f"begun: version 1 of {name}" for name in ("geo", "path", "reach")]
    assert sorted(name.split("-")[0] for name in rollout_machine()) == ["geo", "geo", "path", "reach", "reach"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param([], "ID: needs either ids of workflows of the library, or --all", id="nothing"),
        pytest.param(["reach", "--all"], "ID: needs either ids of workflows of the library, or --all", id="both"),
        pytest.param(["reach", "raech"], "the library has no workflow 'raech'; did you mean reach?", id="a slip"),
    ],
)
def test_nothing_of_the_library_is_rolled_out_that_was_not_meant(
    library: Any, command: Run, rollout_machine: Callable[[], list[str]], words: list[str], sentence: str
) -> None:
    ended = command("library", "rollout", *words, "--yes")

    assert (ended.code, sentence in ended.err) == (2, True)
    assert rollout_machine() == []


def test_all_of_the_library_goes_only_if_somebody_says_all(library: Any, command: Run) -> None:
    refused = [command("library", "remove", "--yes"), command("library", "remove", "reach", "--all", "--yes")]
    slip = command("library", "remove", "reach", "raech", "--yes")
    version = command("library", "remove", "reach", "geo", "--version", "1", "--yes")
    before = stored(library)
    ended = command("library", "remove", "--all", "--yes")

    assert [one.code for one in (*refused, slip, version)] == [ExitCode.USAGE] * 4
    assert "--version: 1 is one workflow's; allowed: beside one ID" in version.err
    assert len(before) == 3
    assert ended.out.splitlines()[-3:] == ["removed: geo", "removed: path", "removed: reach"]
    assert (ended.code, stored(library)) == (0, {})


def test_a_tenant_that_keeps_one_of_many_ends_with_five(
    library: Any, command: Run, rollouts: FakeRollouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = type(library.wfm.library).remove

    def overtaken(self: Any, workflow_id: str, version: int | None = None) -> Any:
        if workflow_id == "geo":
            library.table("WorkflowLibrary").delete_item(Key={"workflowId": "geo", "version": 1})
        return remove(self, workflow_id, version)

    monkeypatch.setattr(type(library.wfm.library), "remove", overtaken)

    ended = command("library", "remove", "--all", "--yes")

    assert "problem: geo: workflowId: the library has no workflow 'geo'" in ended.err
    assert (ended.code, stored(library)) == (ExitCode.PARTLY, {})
