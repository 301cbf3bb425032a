"""DynamoDB by moto, with the tables of the lifecycle."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest

from tests import emulated_aws
from tests.adapters.conftest import amc, http, server, tokens  # noqa: F401 (fixtures)
from tests.reliability.world import TABLES
from tests.tables import put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


@pytest.fixture
def dynamodb() -> Iterator["DynamoDBServiceResource"]:
    """Tests take a customer of their own for each walk, not tables of their own."""
    with emulated_aws.started():
        emulated_aws.empty()
        resource = boto3.resource(
            "dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        for schema in TABLES:
            put(resource, schema)
        yield resource
