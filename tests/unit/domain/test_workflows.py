"""Desired workflows."""

from functions.domain.naming import event_execution_name
from functions.domain.workflows import already_exists, definition, definition_hash, does_not_exist, needs_sync

ROW = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1", "syncStatus": "SYNCED", "version": 3}


def test_only_amcs_own_fields_go_to_amc() -> None:
    assert definition(ROW) == {"workflowId": "reach", "sqlQuery": "SELECT 1"}


def test_our_own_writes_of_the_sync_status_start_no_sync() -> None:
    written = {**ROW, "syncStatus": "FAILED", "syncReason": "no"}

    assert not needs_sync(ROW, written)
    assert definition_hash(ROW) == definition_hash(written)


def test_new_changed_and_removed_workflows_start_one() -> None:
    assert needs_sync(None, ROW)
    assert needs_sync(ROW, {**ROW, "sqlQuery": "SELECT 2"})
    assert needs_sync(ROW, None)


def test_amcs_texts_are_recognised() -> None:
    assert already_exists("Workflow with ID reach already exists.", "reach")
    assert not already_exists("Workflow with ID reach already exists.", "rea")
    assert does_not_exist("Workflow with ID reach does not exist")


def test_an_event_always_gives_the_same_usable_name() -> None:
    name = event_execution_name("event-1", "acme", "weird/workflow id" * 9)

    assert name == event_execution_name("event-1", "acme", "weird/workflow id" * 9)
    assert name != event_execution_name("event-2", "acme", "weird/workflow id" * 9)
    assert len(name) == 80
    assert "/" not in name
    assert " " not in name
