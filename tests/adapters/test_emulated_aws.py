from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests import emulated_aws
from tests.tables import put
from wfm.store.schema import GATE, TENANTS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource
    from mypy_boto3_sqs import SQSClient


def test_what_one_test_writes_the_next_does_not_find(dynamodb: "DynamoDBServiceResource") -> None:
    for _ in range(3):
        emulated_aws.empty()
        table = put(dynamodb, TENANTS)

        assert table.scan()["Items"] == []
        table.put_item(Item={"customerId": "acme"})


def test_a_table_that_a_test_did_not_ask_for_is_not_there(dynamodb: "DynamoDBServiceResource") -> None:
    put(dynamodb, TENANTS)
    emulated_aws.empty()
    put(dynamodb, GATE)

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        dynamodb.Table("Tenants").scan()


def test_no_queue_outlives_its_test(sqs: "SQSClient") -> None:
    sqs.create_queue(QueueName="left.fifo", Attributes={"FifoQueue": "true"})

    emulated_aws.empty()

    assert "QueueUrls" not in sqs.list_queues()
