"""The plan for one tenant: what the library may do, in which order, and what it leaves alone."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.builders import a_library_record, a_tenant
from wfm.model.library_workflows import LibraryWorkflow, read_library_record
from wfm.model.rollout_plan import (
    DELETE_SCHEDULE,
    DELETE_WORKFLOW,
    PUT_SCHEDULE,
    PUT_WORKFLOW,
    Plan,
    plan,
    schedule_row,
    workflow_of,
    workflow_row,
)
from wfm.model.rows import Document
from wfm.model.tenants import TOGGLES

NEW, UPDATES, REMOVAL, SCHEDULE_CREATION, SCHEDULE_REMOVAL = TOGGLES
OWN_WORKFLOW = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 2"}
OWN_SCHEDULE = {"customerId": "acme", "Name": "mine", "Input": {"payload": {"workflowId": "reach"}}}


def a_workflow(**fields: Any) -> LibraryWorkflow:
    return read_library_record(a_library_record(**fields))


def row_of(workflow: LibraryWorkflow, **fields: Any) -> dict[str, Any]:
    return workflow_row(workflow, "acme") | fields


def schedule_of(workflow: LibraryWorkflow, **fields: Any) -> dict[str, Any]:
    return (schedule_row(workflow, "acme") or {}) | fields


def planned(
    workflow: LibraryWorkflow | None,
    *rows: Document,
    schedules: Sequence[Document] = (),
    toggles: tuple[str, ...] = TOGGLES,
    **tenant: Any,
) -> Plan:
    return plan(a_tenant(toggles=toggles, **tenant), {"reach": workflow}, rows, schedules)


def actions(found: Plan) -> list[str]:
    return [change.action for change in found.changes]


def test_a_tenant_that_has_nothing_gets_the_workflow_and_then_its_schedule() -> None:
    found = planned(a_workflow())

    assert actions(found) == [PUT_WORKFLOW, PUT_SCHEDULE]
    workflow, schedule = (change.row for change in found.changes)
    assert str(workflow["sqlQuery"]).startswith("SELECT")
    assert (workflow["customerId"], workflow["workflowId"], workflow["libraryVersion"]) == ("acme", "reach", 1)
    assert schedule["Name"] == "reach"
    assert workflow_of(schedule) == "reach"


def test_what_is_right_already_is_left_as_it_is() -> None:
    workflow = a_workflow()
    row, schedule = row_of(workflow, syncStatus="FAILED"), schedule_of(workflow, paused=True, nextRunAt="soon")

    assert planned(workflow, row, schedules=[schedule]) == Plan()


def test_a_new_version_takes_the_place_of_the_older_one_as_it_was_seen() -> None:
    old, new = a_workflow(), a_workflow(version=2, sqlQuery="SELECT 2")
    row, schedule = row_of(old), schedule_of(old, paused=True)

    found = planned(new, row, schedules=[schedule])

    assert actions(found) == [PUT_WORKFLOW, PUT_SCHEDULE]
    assert [change.seen for change in found.changes] == [row, schedule]
    assert [change.row["libraryVersion"] for change in found.changes] == [2, 2]
    assert "paused" not in found.changes[1].row


@pytest.mark.parametrize(
    "gone", [None, a_workflow(tags=["retail"]), a_workflow(automaticDeployWorkflow=False)], ids=["gone", "other", "off"]
)
def test_a_workflow_that_is_no_longer_for_the_tenant_goes_after_all_its_schedules(gone: LibraryWorkflow | None) -> None:
    workflow = a_workflow()

    found = planned(gone, row_of(workflow), schedules=[OWN_SCHEDULE, schedule_of(workflow)], toggles=(REMOVAL,))

    assert actions(found) == [DELETE_SCHEDULE, DELETE_SCHEDULE, DELETE_WORKFLOW]
    assert [change.row.get("Name") for change in found.changes] == ["mine", "reach", None]


@pytest.mark.parametrize(
    ("toggles", "expected"),
    [
        ((), []),
        ((NEW,), [PUT_WORKFLOW]),
        ((NEW, SCHEDULE_CREATION), [PUT_WORKFLOW, PUT_SCHEDULE]),
        ((SCHEDULE_CREATION, UPDATES, REMOVAL, SCHEDULE_REMOVAL), []),
    ],
)
def test_the_toggles_say_what_may_be_made(toggles: tuple[str, ...], expected: list[str]) -> None:
    assert actions(planned(a_workflow(), toggles=toggles)) == expected


@pytest.mark.parametrize(
    ("toggles", "expected"),
    [
        ((UPDATES,), [PUT_WORKFLOW, PUT_SCHEDULE]),
        ((NEW, REMOVAL, SCHEDULE_CREATION, SCHEDULE_REMOVAL), []),
    ],
)
def test_the_toggles_say_what_may_be_changed(toggles: tuple[str, ...], expected: list[str]) -> None:
    old = a_workflow()

    found = planned(a_workflow(version=2), row_of(old), schedules=[schedule_of(old)], toggles=toggles)

    assert actions(found) == expected


def test_who_takes_no_updates_keeps_the_older_version_with_its_schedule() -> None:
    old, new = a_workflow(), a_workflow(version=2, schedule={"Name": "nightly", "ScheduleExpression": "daily 02:00"})
    toggles = (NEW, SCHEDULE_CREATION, SCHEDULE_REMOVAL)

    assert planned(new, row_of(old), schedules=[schedule_of(old)], toggles=toggles) == Plan()


@pytest.mark.parametrize(("toggles", "expected"), [((SCHEDULE_REMOVAL,), [DELETE_SCHEDULE]), ((REMOVAL, UPDATES), [])])
def test_a_schedule_that_the_record_no_longer_has_goes_where_that_is_allowed(
    toggles: tuple[str, ...], expected: list[str]
) -> None:
    old, new = a_workflow(), a_workflow(schedule=None)
    schedules = [schedule_of(old), OWN_SCHEDULE]

    assert actions(planned(new, row_of(new), schedules=schedules, toggles=toggles)) == expected


def test_a_schedule_with_a_new_name_takes_the_place_of_the_older_one() -> None:
    old = a_workflow()
    new = a_workflow(schedule={"Name": "nightly", "ScheduleExpression": "daily 02:00"})

    found = planned(new, row_of(new), schedules=[schedule_of(old)])

    named = [(change.action, change.row["Name"]) for change in found.changes]
    assert named == [(DELETE_SCHEDULE, "reach"), (PUT_SCHEDULE, "nightly")]


def test_a_workflow_that_stays_although_it_is_not_wanted_runs_on_no_schedule_of_the_librarys() -> None:
    workflow = a_workflow()

    found = planned(None, row_of(workflow), schedules=[schedule_of(workflow)], toggles=(SCHEDULE_REMOVAL,))
    assert actions(found) == [DELETE_SCHEDULE]


def test_a_workflow_of_the_tenants_own_is_left_alone_and_reported() -> None:
    found = planned(a_workflow(version=2), OWN_WORKFLOW)

    assert (found.changes, found.conflicts) == ((), ("workflow reach",))
    assert planned(None, OWN_WORKFLOW, schedules=[OWN_SCHEDULE]) == Plan()


def test_a_schedule_of_the_tenants_own_is_left_alone_and_reported() -> None:
    own = {**OWN_SCHEDULE, "Name": "reach"}

    found = planned(a_workflow(), schedules=[own])

    assert (actions(found), found.conflicts) == ([PUT_WORKFLOW], ("schedule reach",))


def test_a_schedule_of_another_library_workflow_is_not_taken_over() -> None:
    other = schedule_of(a_workflow(workflowId="geo"), Name="reach")

    found = planned(a_workflow(), schedules=[other])

    assert (actions(found), found.conflicts) == ([PUT_WORKFLOW], ("schedule reach",))


def test_a_workflow_whose_record_cannot_be_read_stays() -> None:
    row = row_of(a_workflow())

    assert plan(a_tenant(toggles=TOGGLES), {}, [row], []) == Plan()


def test_the_whole_library_is_planned_workflow_by_workflow() -> None:
    workflows = {"reach": a_workflow(), "geo": a_workflow(workflowId="geo"), "old": None}
    old = row_of(a_workflow(workflowId="old"))

    found = plan(a_tenant(toggles=TOGGLES), workflows, [old], [])

    done = [(change.action, change.row.get("Name") or change.row["workflowId"]) for change in found.changes]
    assert done == [
        (PUT_WORKFLOW, "geo"),
        (PUT_SCHEDULE, "geo"),
        (DELETE_WORKFLOW, "old"),
        (PUT_WORKFLOW, "reach"),
        (PUT_SCHEDULE, "reach"),
    ]


@pytest.mark.parametrize("given", [None, "reach", [], {"payload": "reach"}, {"payload": {"workflowId": ["reach"]}}])
def test_a_schedule_that_somebody_wrote_as_it_cannot_be_is_nobodys(given: Any) -> None:
    bad = {"customerId": "acme", "Name": "bad", "Input": given}

    assert workflow_of(bad) != "reach"
    assert actions(planned(a_workflow(), schedules=[bad])) == [PUT_WORKFLOW, PUT_SCHEDULE]
