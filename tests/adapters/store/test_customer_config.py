from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.tables import key_schema
from wfm.errors import InvalidRecord
from wfm.store.customer_config import CustomerConfigTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table


@pytest.fixture
def renamed_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    """The Tenant Provisioning Service's own table has the name in its key."""
    return dynamodb.create_table(
        TableName="TenantProvisioning",
        KeySchema=key_schema(("customerId", "customerName")),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("customerId", "customerName")],
        BillingMode="PAY_PER_REQUEST",
    )


def test_the_record_is_found_with_plain_numbers(customer_config_rows: "Table") -> None:
    record: dict[str, Any] = {"customerId": "acme", "AMC": {"maximumConcurrentWorkflowExecutions": 3}}
    for item in (record, {"customerId": "acme-2"}):
        customer_config_rows.put_item(Item=item)

    assert CustomerConfigTable(customer_config_rows).find("acme") == record


def test_no_record_is_none(customer_config_rows: "Table") -> None:
    customer_config_rows.put_item(Item={"customerId": "acme-2"})

    assert CustomerConfigTable(customer_config_rows).find("acme") is None


def test_a_table_with_the_name_in_its_key_will_do(renamed_rows: "Table") -> None:
    renamed_rows.put_item(Item={"customerId": "acme", "customerName": "Acme"})

    assert CustomerConfigTable(renamed_rows).find("acme") == {"customerId": "acme", "customerName": "Acme"}


def test_two_records_of_one_customer_are_told_by_their_names(renamed_rows: "Table") -> None:
    for name in ("Umbrella", "Acme"):
        renamed_rows.put_item(Item={"customerId": "acme", "customerName": name})

    with pytest.raises(InvalidRecord, match=r"^customerName: acme has 2 records \(Acme, Umbrella\); allowed: one$"):
        CustomerConfigTable(renamed_rows).find("acme")


def test_a_table_that_is_not_there_is_no_missing_record(customer_config_rows: "Table") -> None:
    customer_config_rows.delete()

    with pytest.raises(ClientError, match="ResourceNotFound"):
        CustomerConfigTable(customer_config_rows).find("acme")
