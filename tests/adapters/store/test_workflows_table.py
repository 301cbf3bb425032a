from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from tests.adapters.builders import CUSTOMER
from wfm.store.workflows_table import WorkflowsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def test_a_workflow_is_found_as_its_owner_wrote_it(workflows: WorkflowsTable, workflows_rows: "Table") -> None:
    row = {"customerId": CUSTOMER, "workflowId": "reach", "sqlQuery": "SELECT 1", "inputParameters": [{"name": "a"}]}
    workflows_rows.put_item(Item=row)

    assert workflows.find(CUSTOMER, "reach") == row
    assert workflows.find(CUSTOMER, "geo") is None


def test_the_ids_are_those_of_one_customer(workflows: WorkflowsTable, workflows_rows: "Table") -> None:
    for customer_id, workflow_id in ((CUSTOMER, "reach"), (CUSTOMER, "geo"), ("umbrella", "secret")):
        workflows_rows.put_item(Item={"customerId": customer_id, "workflowId": workflow_id})

    assert workflows.ids(CUSTOMER) == ["geo", "reach"]
    assert workflows.ids("nobody") == []


def test_a_sync_writes_its_own_fields_and_leaves_the_definition(
    workflows: WorkflowsTable, workflows_rows: "Table"
) -> None:
    row = {"customerId": CUSTOMER, "workflowId": "reach", "sqlQuery": "SELECT 1", "syncReason": "old"}
    workflows_rows.put_item(Item=row)

    workflows.save_sync(CUSTOMER, "reach", syncStatus="SYNCED", syncReason="", syncedAt=None)

    assert workflows.find(CUSTOMER, "reach") == row | {"syncStatus": "SYNCED", "syncReason": ""}


def test_a_field_of_the_sync_is_taken_out_by_none(workflows: WorkflowsTable, workflows_rows: "Table") -> None:
    workflows_rows.put_item(Item={"customerId": CUSTOMER, "workflowId": "reach", "drift": "deleted"})

    assert workflows.save_sync(CUSTOMER, "reach", syncStatus="SYNCED", drift=None)

    assert workflows.find(CUSTOMER, "reach") == {"customerId": CUSTOMER, "workflowId": "reach", "syncStatus": "SYNCED"}


def test_an_execution_that_begins_gets_the_row_as_it_is_and_owns_it(
    workflows: WorkflowsTable, workflows_rows: "Table"
) -> None:
    row = {"customerId": CUSTOMER, "workflowId": "reach", "sqlQuery": "SELECT 1"}
    workflows_rows.put_item(Item=row | {"amcRefusal": "of an execution before"})

    assert workflows.begin_sync(CUSTOMER, "reach", "first") == row | {"syncExecution": "first"}
    assert workflows.begin_sync(CUSTOMER, "reach", "second") == row | {"syncExecution": "second"}

    assert not workflows.save_sync(CUSTOMER, "reach", by="first", syncStatus="FAILED")
    assert workflows.save_sync(CUSTOMER, "reach", by="second", syncStatus="SYNCED")
    assert workflows.find(CUSTOMER, "reach") == row | {"syncExecution": "second", "syncStatus": "SYNCED"}


def test_a_row_that_its_owner_wrote_anew_belongs_to_no_execution(
    workflows: WorkflowsTable, workflows_rows: "Table"
) -> None:
    row = {"customerId": CUSTOMER, "workflowId": "reach", "sqlQuery": "SELECT 1"}
    workflows_rows.put_item(Item=row)
    workflows.begin_sync(CUSTOMER, "reach", "first")
    workflows_rows.put_item(Item=row | {"sqlQuery": "SELECT 2"})

    assert not workflows.save_sync(CUSTOMER, "reach", by="first", syncStatus="FAILED")


def test_a_workflow_deleted_meanwhile_does_not_come_back(workflows: WorkflowsTable) -> None:
    assert not workflows.save_sync(CUSTOMER, "reach", syncStatus="SYNCED")
    assert workflows.begin_sync(CUSTOMER, "reach", "first") is None

    assert workflows.find(CUSTOMER, "reach") is None


def test_only_conditions_are_taken_as_an_answer(workflows: WorkflowsTable, workflows_rows: "Table") -> None:
    workflows_rows.delete()

    with pytest.raises(ClientError):
        workflows.save_sync(CUSTOMER, "reach", syncStatus="SYNCED")


def a_library_row(sql: str = "SELECT 1", mark: str = "hash-1", **fields: Any) -> dict[str, Any]:
    row = {"customerId": CUSTOMER, "workflowId": "reach", "sqlQuery": sql, "libraryVersion": 1, "libraryHash": mark}
    return row | fields


def test_what_the_library_wants_is_written_where_nothing_is_and_waits_for_its_sync(workflows: WorkflowsTable) -> None:
    row = a_library_row(defaultPayload={"parameterValues": {"share": 0.5}})

    assert workflows.put_desired(row, None)
    assert not workflows.put_desired(a_library_row("SELECT 2", "hash-2"), None)

    assert workflows.find(CUSTOMER, "reach") == row | {"syncStatus": "PENDING"}


def test_what_the_library_no_longer_says_goes_and_what_wfm_knows_stays(
    workflows: WorkflowsTable, workflows_rows: "Table"
) -> None:
    own = {"syncStatus": "SYNCED", "syncedAt": "yesterday", "definitionHash": "abc", "drift": "sqlQuery"}
    of_the_older = {"syncReason": "bad SQL", "syncExecution": "one that is still going on"}
    old = a_library_row(metadata={"a": "b"}, defaultPayload={}, outputColumns=[{"name": "n"}], **own, **of_the_older)
    workflows_rows.put_item(Item=old)
    new = a_library_row("SELECT 2", "hash-2", libraryVersion=2)

    assert workflows.put_desired(new, old)

    assert workflows.find(CUSTOMER, "reach") == own | new | {"syncStatus": "PENDING"}


def test_the_same_definition_of_another_version_waits_for_nothing(
    workflows: WorkflowsTable, workflows_rows: "Table"
) -> None:
    old = a_library_row(syncStatus="SYNCED")
    workflows_rows.put_item(Item=old)

    assert workflows.put_desired(a_library_row(mark="hash-2", libraryVersion=2), old)

    row = workflows.find(CUSTOMER, "reach") or {}
    assert (row["libraryVersion"], row["syncStatus"]) == (2, "SYNCED")


@pytest.mark.parametrize(
    "meanwhile",
    [a_library_row("SELECT 3", "hash-3"), {"customerId": CUSTOMER, "workflowId": "reach", "sqlQuery": "SELECT 'own'"}],
    ids=["another rollout's", "the tenant's own"],
)
def test_a_row_that_became_another_one_is_neither_written_nor_deleted(
    workflows: WorkflowsTable, workflows_rows: "Table", meanwhile: dict[str, Any]
) -> None:
    workflows_rows.put_item(Item=meanwhile)

    assert not workflows.put_desired(a_library_row("SELECT 2", "hash-2"), a_library_row())
    assert not workflows.remove(CUSTOMER, "reach", a_library_row())

    assert workflows.find(CUSTOMER, "reach") == meanwhile


def test_a_row_that_is_gone_is_not_made_again(workflows: WorkflowsTable) -> None:
    assert not workflows.put_desired(a_library_row(), a_library_row("SELECT 2", "hash-2"))
    assert not workflows.remove(CUSTOMER, "reach", a_library_row())

    assert workflows.find(CUSTOMER, "reach") is None


def test_a_row_is_deleted_as_it_was_seen_whatever_its_sync_has_written_since(
    workflows: WorkflowsTable, workflows_rows: "Table"
) -> None:
    workflows_rows.put_item(Item=a_library_row(syncStatus="SYNCED"))

    assert workflows.remove(CUSTOMER, "reach", a_library_row(syncStatus="PENDING"))

    assert workflows.find(CUSTOMER, "reach") is None


def test_a_tenants_rows_come_whole_and_on_all_pages(workflows: WorkflowsTable, workflows_rows: "Table") -> None:
    rows = [{"customerId": CUSTOMER, "workflowId": f"w{number}", "sqlQuery": "x" * 300_000} for number in range(7)]
    for row in [*rows, {"customerId": "umbrella", "workflowId": "w0"}]:
        workflows_rows.put_item(Item=row)

    assert workflows.of_tenant(CUSTOMER) == rows


def test_the_ids_of_a_tenants_workflows_are_those_of_this_moment(
    workflows: WorkflowsTable, workflows_rows: "Table", monkeypatch: pytest.MonkeyPatch
) -> None:
    for customer_id, workflow_id in ((CUSTOMER, "reach"), (CUSTOMER, "geo"), ("umbrella", "other")):
        workflows_rows.put_item(Item={"customerId": customer_id, "workflowId": workflow_id})
    query = Mock(wraps=workflows_rows.query)
    monkeypatch.setattr(workflows._table, "query", query)

    assert workflows.ids(CUSTOMER) == ["geo", "reach"]

    assert [call.kwargs["ConsistentRead"] for call in query.call_args_list] == [True]


def test_a_fault_while_deleting_is_no_answer(workflows: WorkflowsTable, workflows_rows: "Table") -> None:
    workflows_rows.delete()

    with pytest.raises(ClientError):
        workflows.remove(CUSTOMER, "reach", a_library_row())
