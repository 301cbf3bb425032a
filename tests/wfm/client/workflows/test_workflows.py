"""The client's view of tenants' workflows."""

from typing import Any

import pytest

from tests.wfm.fake_time import FakeTime
from tests.wfm.library_world import SQL
from tests.wfm.syncing import REASON, FakeSync, FakeTracker
from wfm.client.machines import Outcome, StateEntered
from wfm.errors import InvalidRecord, InvalidRequest, NotEndedInTimeError, UnknownCustomer, UnknownWorkflow, UsageError


@pytest.fixture
def acme(deployed: Any) -> Any:
    """A tenant with two workflows, one of which runs every day; gives the client's part."""
    deployed.put_row("acme", driftCheckedAt="2026-11-22T12:00:00.000Z")
    for workflow_id in ("reach", "geo"):
        deployed.put_workflow(workflow_id)
    schedule = {"customerId": "acme", "Name": "daily", "Input": {"payload": {"workflowId": "reach"}}}
    deployed.table("Schedules").put_item(Item=schedule)
    deployed.table("Schedules").put_item(Item={"customerId": "acme", "Name": "broken", "Input": "?"})
    return deployed.wfm.workflows


def test_workflows_are_listed_and_shown_with_what_runs_them(acme: Any) -> None:
    assert [each.workflow_id for each in acme.list("acme")] == ["geo", "reach"]
    assert acme.details("acme", "reach").schedules == ("daily",)
    assert acme.details("acme", "geo").as_json()["schedules"] == []


def test_whom_nobody_knows_is_named(acme: Any) -> None:
    with pytest.raises(UnknownCustomer, match="did you mean acme"):
        acme.list("acne")
    with pytest.raises(UnknownWorkflow, match="did you mean reach"):
        acme.sync("acme", "reech")


def test_a_workflow_that_is_removed_has_no_row_any_more(acme: Any, deployed: Any) -> None:
    assert acme.remove("acme", "reach").schedules == ("daily",)

    assert [each.workflow_id for each in acme.list("acme")] == ["geo"]


@pytest.mark.parametrize(
    ("refused", "states", "outcome"),
    [
        (False, ["SyncWorkflow", "CheckWorkflow", "WorkflowSynced"], ("SYNCED", "changed in AMC: sqlQuery", True)),
        (True, ["SyncWorkflow", "RecordSyncFailure", "SyncFailed"], ("FAILED", REASON, False)),
    ],
)
def test_a_sync_is_followed_to_its_end(
    acme: Any, sync: FakeSync, refused: bool, states: list[str], outcome: tuple[str, str, bool]
) -> None:
    sync.refused = {"reach"} if refused else set()

    steps = list(acme.wait(acme.sync("acme", "reach"), clock=FakeTime().clock()))

    assert [step.state for step in steps[:-1] if isinstance(step, StateEntered)] == states
    assert isinstance(steps[-1], Outcome)
    assert (steps[-1].status, steps[-1].reason, steps[-1].succeeded) == outcome


def test_a_sync_is_waited_for_by_its_handle(acme: Any, sync: FakeSync, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    seen: list[StateEntered | Outcome] = []

    ended = acme.sync("acme", "reach").wait(on_change=seen.append)

    assert (ended.status, ended.succeeded) == ("SYNCED", True)
    assert seen[-1] == ended


def test_a_workflow_that_is_gone_by_then_is_deleted(acme: Any, sync: FakeSync) -> None:
    started = acme.sync("acme", "reach")
    acme.remove("acme", "reach")

    assert list(acme.wait(started, clock=FakeTime().clock()))[-1].status == "DELETED"


def test_waiting_for_a_sync_ends_at_the_deadline(acme: Any, sync: FakeSync) -> None:
    steps = acme.wait(acme.sync("acme", "reach"), timeout=0, clock=FakeTime().clock())

    assert next(steps).state == "SyncWorkflow"
    with pytest.raises(NotEndedInTimeError, match="the sync of acme reach continues"):
        next(steps)


def test_drift_is_checked_anew_and_reported(acme: Any, tracker: FakeTracker) -> None:
    tracker.finds = {"reach": "changed: sqlQuery"}

    acme.check_drift("acme")
    report = acme.wait_for_drift("acme", clock=FakeTime().clock())

    assert report.checked_at == "2026-11-23T12:00:00.000Z"
    assert [(each.workflow_id, each.row["drift"]) for each in report.drifted] == [("reach", "changed: sqlQuery")]


def test_a_check_that_fails_says_why(acme: Any, tracker: FakeTracker) -> None:
    tracker.failure = "AMC refused with 403: Unauthorized request."

    acme.check_drift("acme")

    assert acme.wait_for_drift("acme", clock=FakeTime().clock()).failure == tracker.failure


def test_a_check_that_does_not_come_is_not_waited_for_for_ever(acme: Any, tracker: FakeTracker) -> None:
    tracker.idle = True
    acme.check_drift("acme")

    with pytest.raises(NotEndedInTimeError, match="acme is still to be compared"):
        acme.wait_for_drift("acme", timeout=30, clock=FakeTime().clock())


def test_a_tenant_that_is_not_served_is_not_compared(acme: Any, deployed: Any, tracker: FakeTracker) -> None:
    deployed.put_row("acme", "OFFBOARDED")

    with pytest.raises(UsageError, match="acme is OFFBOARDED; allowed: one that is ACTIVE or PAUSED"):
        acme.check_drift("acme")


def test_a_new_definition_replaces_the_old_one_and_keeps_what_wfm_has_learnt(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    key = {"customerId": "acme", "workflowId": "reach"}
    table = deployed.table("Workflows")
    learnt = {
        "sqlQuery": "SELECT 1",
        "inputParameters": [],
        "medianSeconds": 7,
        "syncStatus": "FAILED",
        "syncReason": "x",
    }
    table.put_item(Item=key | learnt)

    changed = deployed.wfm.workflows.put("acme", {"workflowId": "reach", "sqlQuery": "SELECT 2"})

    assert changed
    expected = key | {"sqlQuery": "SELECT 2", "medianSeconds": 7, "syncStatus": "PENDING"}
    assert table.get_item(Key=key)["Item"] == expected


def test_the_same_definition_again_changes_nothing(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_workflow()

    changed = deployed.wfm.workflows.put("acme", {"workflowId": "reach", "sqlQuery": "SELECT 1"})

    assert not changed
    assert deployed.wfm.workflows.get("acme", "reach").sync_status == "SYNCED"


def test_a_definition_without_sql_is_refused(deployed: Any) -> None:
    deployed.put_tenant()

    with pytest.raises(InvalidRequest, match="sqlQuery: is missing"):
        deployed.wfm.workflows.put("acme", {"workflowId": "reach"})


def test_what_stands_beside_the_definition_is_changed_without_a_sync(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    definition = {"workflowId": "reach", "sqlQuery": "SELECT 1"}
    week, day = ({"defaultPayload": {"timeWindowName": name}} for name in ("last 7 days", "yesterday"))

    done = [deployed.wfm.workflows.put("acme", definition | fields) for fields in (week, week, day, {})]

    row = deployed.wfm.workflows.get("acme", "reach").row
    assert done == [True, False, True, False]
    assert (row["defaultPayload"], row["syncStatus"]) == (day["defaultPayload"], "SYNCED")


def test_null_takes_out_what_stands_beside_the_definition_and_is_no_change_of_it(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    definition = {"workflowId": "reach", "sqlQuery": "SELECT 1", "outputFormat": None}
    deployed.wfm.workflows.put("acme", {**definition, "defaultPayload": {"timeWindowName": "yesterday"}})

    done = [deployed.wfm.workflows.put("acme", {**definition, "defaultPayload": None}) for _ in range(2)]

    row = deployed.wfm.workflows.get("acme", "reach").row
    assert done == [True, False]
    assert "defaultPayload" not in row
    assert row["syncStatus"] == "SYNCED"


def test_how_old_a_result_may_be_is_written_beside_the_definition_and_refused_where_it_cannot_be(deployed: Any) -> None:
    deployed.put_tenant("acme")
    definition = {"workflowId": "reach", "sqlQuery": SQL}

    deployed.wfm.workflows.put("acme", {**definition, "freshness": "36h"})
    with pytest.raises(
        InvalidRecord, match="freshness: 'soon' is no such time; allowed: whole hours or days up to 400d"
    ):
        deployed.wfm.workflows.put("acme", {**definition, "freshness": "soon"})

    assert deployed.wfm.workflows.get("acme", "reach").row["freshness"] == "36h"
