from datetime import timedelta
from typing import Any

import pytest

from functions.ports import Workflows
from tests.fakes import NOON
from wfm.calendar.timestamps import iso

KEY = {"customerId": "acme", "workflowId": "reach"}
WANTED = {**KEY, "sqlQuery": "SELECT 1", "libraryVersion": 1, "libraryHash": "one"}
PENDING = {"syncStatus": "PENDING"}


@pytest.fixture
def known(workflows: Workflows) -> Workflows:
    assert workflows.put_desired(WANTED, None)
    return workflows


def row(workflows: Workflows) -> dict[str, Any]:
    return dict(workflows.find("acme", "reach") or {})


def test_a_workflow_that_nobody_wants_is_not_there(workflows: Workflows) -> None:
    assert workflows.find("acme", "reach") is None
    assert (workflows.ids("acme"), workflows.of_tenant("acme")) == ([], [])


def test_a_wanted_workflow_is_pending(known: Workflows) -> None:
    known.put_desired(WANTED | {"customerId": "umbrella"}, None)

    assert row(known) == WANTED | PENDING
    assert (known.ids("acme"), known.of_tenant("acme")) == (["reach"], [WANTED | PENDING])


@pytest.mark.parametrize("seen", [None, KEY, KEY | {"libraryHash": "another"}])
def test_a_row_that_is_not_as_it_was_seen_stays(known: Workflows, seen: dict[str, Any] | None) -> None:
    assert not known.put_desired(WANTED | {"sqlQuery": "SELECT 2"}, seen)
    assert seen is None or not known.remove("acme", "reach", seen)

    assert row(known) == WANTED | PENDING


def test_a_changed_definition_is_pending_again_and_forgets_its_sync(known: Workflows) -> None:
    known.begin_sync("acme", "reach", "exec-1")
    known.save_sync("acme", "reach", syncStatus="FAILED", syncReason="why", definitionHash="h", drift="none")

    changed = {**KEY, "sqlQuery": "SELECT 2", "libraryVersion": 2, "libraryHash": "two"}
    assert known.put_desired(changed, row(known))

    assert row(known) == changed | PENDING | {"definitionHash": "h", "drift": "none"}


def test_the_same_definition_leaves_the_sync_as_it_is(known: Workflows) -> None:
    known.save_sync("acme", "reach", syncStatus="SYNCED")

    assert known.put_desired(WANTED | {"libraryVersion": 2, "libraryHash": "two"}, row(known))

    assert row(known) == WANTED | {"libraryVersion": 2, "libraryHash": "two", "syncStatus": "SYNCED"}


def test_a_removed_workflow_is_gone_and_does_not_come_back(known: Workflows) -> None:
    assert known.remove("acme", "reach", row(known))

    assert not known.remove("acme", "reach", WANTED)
    assert known.begin_sync("acme", "reach", "exec-1") is None
    assert not known.save_sync("acme", "reach", syncStatus="SYNCED")
    assert known.find("acme", "reach") is None


def test_only_the_last_sync_that_began_writes_its_outcome(known: Workflows) -> None:
    known.save_sync("acme", "reach", amcRefusal="no")
    begun = known.begin_sync("acme", "reach", "exec-1")
    known.begin_sync("acme", "reach", "exec-2")

    saved = [
        known.save_sync("acme", "reach", by=name, syncStatus=name, syncReason=None) for name in ("exec-1", "exec-2")
    ]

    assert begun == WANTED | PENDING | {"syncExecution": "exec-1"}
    assert saved == [False, True]
    assert row(known) == WANTED | {"syncStatus": "exec-2", "syncExecution": "exec-2"}


def test_the_tenants_that_have_a_workflow_are_found_by_its_id(known: Workflows) -> None:
    known.put_desired(WANTED | {"customerId": "umbrella"}, None)
    known.put_desired(WANTED | {"customerId": "globex", "workflowId": "other"}, None)

    assert sorted(known.tenants_with("reach")) == ["acme", "umbrella"]
    assert known.tenants_with("unheard-of") == []


def test_results_whose_look_is_due_are_found_the_longest_overdue_first(known: Workflows) -> None:
    for name, status, minutes in (("fresh", "FRESH", 10), ("stale", "STALE", 5), ("later", "STALE", 60)):
        known.put_desired({**KEY, "workflowId": name}, None)
        at = iso(NOON + timedelta(minutes=minutes))
        assert known.move_result_watch("acme", name, None, {"resultStatus": status, "resultCheckAt": at})

    until = NOON + timedelta(minutes=30)
    assert known.results_to_look_at(until, 10) == [("acme", "stale"), ("acme", "fresh")]
    assert known.results_to_look_at(until, 1) == [("acme", "stale")]


def test_the_watch_over_a_result_moves_on_once_and_ends(known: Workflows) -> None:
    first, second = iso(NOON), iso(NOON + timedelta(hours=1))
    assert known.move_result_watch("acme", "reach", None, {"resultStatus": "FRESH", "resultCheckAt": first})

    assert not known.move_result_watch("acme", "reach", None, {"resultCheckAt": second})
    assert known.move_result_watch("acme", "reach", first, {"resultCheckAt": second})
    assert not known.move_result_watch("acme", "reach", first, {"resultCheckAt": first})
    assert row(known)["resultCheckAt"] == second
    assert known.move_result_watch("acme", "reach", second, {"resultStatus": None, "resultCheckAt": None})

    assert row(known) == WANTED | PENDING
    assert not known.move_result_watch("acme", "gone", None, {"resultCheckAt": first})
    assert known.find("acme", "gone") is None
