from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from functions.adapters.workflows_table import WorkflowsTable
from tests.adapters.builders import CUSTOMER

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


def test_a_workflow_deleted_meanwhile_does_not_come_back(workflows: WorkflowsTable) -> None:
    workflows.save_sync(CUSTOMER, "reach", syncStatus="SYNCED")

    assert workflows.find(CUSTOMER, "reach") is None


def test_only_conditions_are_taken_as_an_answer(workflows: WorkflowsTable, workflows_rows: "Table") -> None:
    workflows_rows.delete()

    with pytest.raises(ClientError):
        workflows.save_sync(CUSTOMER, "reach", syncStatus="SYNCED")
