"""`wfm workflows` as people and scripts meet it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.syncing import REASON, FakeSync, FakeTracker

SYNC_FIELDS = ("definitionHash", "syncExecution", "libraryHash", "amcEcho", "amcBefore", "amcAdds")


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)


@pytest.fixture
def acme(deployed: Any) -> Any:
    """A tenant with a workflow of the library's and one of its own."""
    deployed.put_row("acme")
    deployed.put_workflow("reach")
    row = {"customerId": "acme", "workflowId": "geo", "sqlQuery": "SELECT [x]\nFROM t", "syncStatus": "FAILED"}
    more = {"syncReason": REASON, "libraryVersion": 3, "drift": "deleted", "driftFoundAt": "2026-11-23T12:00:00.000Z"}
    deployed.table("Workflows").put_item(Item=row | more)
    schedule = {"customerId": "acme", "Name": "daily", "Input": {"payload": {"workflowId": "geo"}}}
    deployed.table("Schedules").put_item(Item=schedule)
    return deployed


def test_a_list_tells_status_version_drift_and_amcs_words(acme: Any, command: Run) -> None:
    ended = command("workflows", "list", "--customer", "acme")

    lines = ended.out.splitlines()
    assert lines[0].split() == ["ID", "STATUS", "SYNCED", "LIBRARY", "DRIFT", "RESULT", "REASON"]
    assert lines[1].split()[:5] == ["geo", "FAILED", "version", "3", "deleted"]
    assert lines[1].endswith(REASON)
    assert lines[2].split() == ["reach", "SYNCED"]


def test_one_workflow_is_shown_with_its_schedules_and_its_sql_as_it_is(acme: Any, command: Run) -> None:
    out = command("workflows", "show", "acme/geo").out

    assert "drift           deleted, found 2026-11-23 12:00:00" in out
    assert "schedules       daily" in out
    assert "libraryVersion  3" in out
    assert out.endswith("\nSELECT [x]\nFROM t\n")
    assert json.loads(command("workflows", "show", "acme/geo", "--json").out)["schedules"] == ["daily"]


def test_what_only_a_sync_compares_is_left_out_of_what_people_see(acme: Any, command: Run) -> None:
    workflows, key = acme.table("Workflows"), {"customerId": "acme", "workflowId": "geo"}
    row = workflows.get_item(Key=key)["Item"]
    workflows.put_item(Item=row | dict.fromkeys(SYNC_FIELDS, "of no use"))

    out = command("workflows", "show", "acme/geo").out

    assert "libraryVersion" in out
    assert "of no use" not in out


def test_a_workflow_is_put_from_a_file_and_a_second_time_nothing_happens(
    acme: Any, command: Run, tmp_path: Path
) -> None:
    file = tmp_path / "new.json"
    file.write_text(json.dumps({"workflowId": "new", "sqlQuery": "SELECT 1"}))

    assert command("workflows", "put", str(file), "--customer", "acme").out == "acme new: on its way to AMC\n"
    assert command("workflows", "put", str(file), "--customer", "acme").out == "acme new: unchanged\n"


@pytest.mark.parametrize(
    ("text", "reported"), [("{", "cannot be read"), ("[1]", "allowed: one workflow, a JSON object")]
)
def test_a_file_that_holds_no_workflow_is_refused(
    acme: Any, command: Run, tmp_path: Path, text: str, reported: str
) -> None:
    file = tmp_path / "new.json"
    file.write_text(text)

    ended = command("workflows", "put", str(file), "--customer", "acme")

    assert (ended.code, reported in ended.err) == (2, True)


def test_a_removal_says_what_goes_along_and_does_nothing_unless_somebody_agrees(acme: Any, command: Run) -> None:
    asked = command("workflows", "remove", "acme/geo")
    gone = command("workflows", "remove", "acme/geo", "--yes")

    assert (asked.code, "--yes is missing" in asked.err) == (2, True)
    assert gone.out == "acme geo: to be deleted in AMC; its schedules go with it: daily\n"
    assert command("workflows", "show", "acme/geo").code == 2


def test_a_sync_is_started_and_named(acme: Any, sync: FakeSync, command: Run) -> None:
    assert command("workflows", "sync", "acme/reach").out.startswith("acme reach: to be synced; see its status with:")
    started = json.loads(command("workflows", "sync", "--customer", "acme", "--json").out)

    assert [one["workflowId"] for one in started] == ["geo", "reach"]
    assert sync.started == ["reach", "geo", "reach"]


def test_all_workflows_are_followed_and_one_failure_is_the_exit_code(acme: Any, sync: FakeSync, command: Run) -> None:
    sync.refused = {"geo"}

    ended = command("workflows", "sync", "--customer", "acme", "--wait")
    documents = json.loads(command("workflows", "sync", "--customer", "acme", "--wait", "--json").out)

    assert ended.code == 5
    assert f"FAILED  {REASON}" in ended.out
    assert "SYNCED  changed in AMC: sqlQuery" in ended.out
    assert [(one["workflowId"], one["settled"]) for one in documents] == [("geo", False), ("reach", True)]
    assert [step["state"] for step in documents[1]["states"]] == ["SyncWorkflow", "CheckWorkflow", "WorkflowSynced"]


def test_workflows_of_many_tenants_are_listed_and_synced(acme: Any, sync: FakeSync, command: Run) -> None:
    acme.put_row("birch", tags=["emea"])
    acme.put_workflow("reach", "birch")

    listed = command("workflows", "list", "--tenants", "all")
    started = command("workflows", "sync", "--tenants", "acme,birch", "--json")

    assert [line.split()[:2] for line in listed.out.splitlines()] == [
        ["CUSTOMER", "ID"], ["acme", "geo"], ["acme", "reach"], ["birch", "reach"],
    ]  # fmt: skip
    assert [(one["customerId"], one["workflowId"]) for one in json.loads(started.out)] == [
        ("acme", "geo"), ("acme", "reach"), ("birch", "reach"),
    ]  # fmt: skip


def test_a_sync_that_cannot_be_started_does_not_keep_the_rest(acme: Any, sync: FakeSync, command: Run) -> None:
    ended = command("workflows", "sync", "acme/raech", "acme/reach", "--json")

    assert (ended.code, sync.started) == (5, ["reach"])
    assert ended.err.startswith("problem: acme/raech: workflowId: acme has no workflow 'raech'; did you mean reach?")
    assert [one["workflowId"] for one in json.loads(ended.out)] == ["reach"]


def test_drift_is_asked_for_and_what_is_found_is_the_exit_code(acme: Any, tracker: FakeTracker, command: Run) -> None:
    acme.table("Workflows").delete_item(Key={"customerId": "acme", "workflowId": "geo"})

    assert "to be compared with AMC" in command("workflows", "drift", "--customer", "acme").out
    none = command("workflows", "drift", "--customer", "acme", "--wait")
    tracker.finds = {"reach": "changed: sqlQuery"}
    found = command("workflows", "drift", "--customer", "acme", "--wait")
    document = json.loads(command("workflows", "drift", "--customer", "acme", "--wait", "--json").out)

    assert (none.code, none.out) == (0, "acme: AMC has every synced workflow as WFM put it there\n")
    assert (found.code, found.out) == (1, "acme reach: changed: sqlQuery\n")
    assert [each["drift"] for each in document["drifted"]] == ["changed: sqlQuery"]


def test_an_amc_that_cannot_be_asked_is_reported(acme: Any, tracker: FakeTracker, command: Run) -> None:
    tracker.failure = "AMC refused with 403: Unauthorized request."

    ended = command("workflows", "drift", "--customer", "acme", "--wait")

    assert ended.code == 1
    assert "AMC could not be asked: AMC refused with 403" in ended.out


def test_a_changed_default_window_is_no_change_of_nothing(deployed: Any, command: Run, tmp_path: Path) -> None:
    deployed.put_tenant()
    definition = {"workflowId": "new", "sqlQuery": "SELECT COUNT(1) AS n FROM dsp_impressions"}
    file = tmp_path / "new.json"

    def put(**fields: Any) -> Any:
        file.write_text(json.dumps(definition | fields), encoding="utf-8")
        return command("workflows", "put", str(file), "--customer", "acme")

    put()
    deployed.table("Workflows").update_item(
        Key={"customerId": "acme", "workflowId": "new"},
        UpdateExpression="SET syncStatus = :synced",
        ExpressionAttributeValues={":synced": "SYNCED"},
    )
    changed, without = put(defaultPayload={"timeWindowName": "yesterday"}), put()
    wrong = put(defaultPayload={"timeWindowName": "yesterda"})

    assert (changed.out, without.out) == ("acme new: changed\n", "acme new: unchanged\n")
    assert 'note: defaultPayload stays as it was; "defaultPayload": null takes it out' in without.err
    assert "timeWindowName: 'yesterda'" in wrong.err
