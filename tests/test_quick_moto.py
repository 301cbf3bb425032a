"""moto that is quick says what moto says: the same calls, one after the other, get the same answers."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests import emulated_aws, quick_moto
from tests.tables import put
from wfm.store.schema import REQUESTS

ROW = {"customerId": "acme", "requestId": "r1"}
VALUES = {":n": 1, ":s": "RUNNING", ":l": ["x"], ":m": {"a": [1, None, True, b"1", {"y"}]}}
UPDATES: list[dict[str, Any]] = [
    {"UpdateExpression": "SET #s = if_not_exists(#s, :s), n = :n", "ExpressionAttributeNames": {"#s": "status"}},
    {"UpdateExpression": "SET n = n + :n, l = :l"},
    {"UpdateExpression": "SET n = n + :n, l = list_append(l, :l), m = :m"},
    {"UpdateExpression": "SET n = n + :n, l = list_append(l, :l), m = :m"},
    {"UpdateExpression": "SET m.a[0] = :s REMOVE l[0], l[1] ADD k :n"},
    {
        "UpdateExpression": "SET n = :n",
        "ConditionExpression": "attribute_exists(n) AND (n > :n OR NOT contains(l, :s))",
    },
    {"UpdateExpression": "SET n = :n", "ConditionExpression": "n IN (:n) AND n BETWEEN :n AND :n AND size(l) = :n"},
    {"UpdateExpression": "SET n = :n", "ConditionExpression": "attribute_exists(n) AND n < :n"},
    {"UpdateExpression": "SET n = :unknown"},
    {"UpdateExpression": "SET status = :s"},
    {"UpdateExpression": "SET n = :n, n = :n"},
    {"UpdateExpression": "SET n = :n SET k = :n"},
    {"UpdateExpression": "SET requestId = :s"},
    {"UpdateExpression": "SET nowhere.n = :n"},
    {"UpdateExpression": "SET s = s + :n"},
    {"UpdateExpression": "SET = :n"},
]


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with emulated_aws.started():
        yield


def answers() -> list[Any]:
    """Of every update, twice, each followed by the row as it then is; in the end what queries find."""
    emulated_aws.empty()
    dynamodb = boto3.resource(
        "dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    table: Any = put(dynamodb, REQUESTS)
    found = []
    for update in UPDATES * 2:
        used = " ".join(text for name, text in update.items() if name.endswith("Expression"))
        values = {name: value for name, value in VALUES.items() if name in used}
        found += [
            answer(table.update_item, Key=ROW, ExpressionAttributeValues=values, ReturnValues="UPDATED_NEW", **update),
            answer(table.get_item, Key=ROW),
        ]
    theirs = {"KeyConditionExpression": "customerId = :c", "FilterExpression": "n = :n"}
    return [*found, answer(table.query, **theirs, ExpressionAttributeValues={":c": "acme", ":n": 1})]


def answer(call: Any, **options: Any) -> Any:
    try:
        return {name: value for name, value in call(**options).items() if name != "ResponseMetadata"}
    except ClientError as refused:
        return str(refused)


def test_each_answer_is_the_same_the_first_time_and_later() -> None:
    with quick_moto.undone():
        plain = answers()

    assert answers() == plain
    assert answers() == plain
    assert any("ConditionalCheckFailed" in str(each) for each in plain)
    assert any("ValidationException" in str(each) for each in plain)
