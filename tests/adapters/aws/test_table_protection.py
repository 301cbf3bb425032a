import json
from typing import TYPE_CHECKING

import boto3
import pytest
import urllib3

from functions.aws.stack_answers import LONGEST_REASON, StackAnswers
from functions.aws.table_protection import DeletionProtection
from tests.adapters.scripted_server import ScriptedServer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def dynamodb(session: boto3.Session) -> "DynamoDBClient":
    client = session.client("dynamodb")
    client.create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def test_a_table_is_protected_once_and_can_be_given_free(dynamodb: "DynamoDBClient") -> None:
    protection = DeletionProtection(dynamodb)

    assert [protection.turn("kept", on=wanted) for wanted in (False, True, True)] == [False, True, False]
    with pytest.raises(dynamodb.exceptions.ClientError, match="DeletionProtectionEnabled"):
        dynamodb.delete_table(TableName="kept")
    assert protection.turn("kept", on=False) is True
    dynamodb.delete_table(TableName="kept")


def test_cloudformation_is_told_in_the_form_that_its_url_is_signed_for(server: ScriptedServer) -> None:
    server.will_answer(status=503)

    StackAnswers().send(f"{server.url}/answer?signature=1", {"Status": "FAILED", "Reason": "x" * 5000})

    first, again = server.asked
    assert first == again
    assert (again.method, again.path) == ("PUT", "/answer?signature=1")
    assert not again.headers["Content-Type"]
    assert json.loads(again.body) == {"Status": "FAILED", "Reason": "x" * LONGEST_REASON}


def test_an_answer_that_is_not_taken_is_an_error_so_that_lambda_sends_it_again(server: ScriptedServer) -> None:
    server.will_answer(status=403)

    with pytest.raises(urllib3.exceptions.HTTPError, match="403"):
        StackAnswers().send(server.url, {"Status": "SUCCESS", "Reason": ""})
