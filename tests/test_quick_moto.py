"""moto that is quick says what moto says: the same calls, one after the other, get the same answers."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

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

NAMED = {"TableName": REQUESTS.name}
THIRD = {"customerId": "acme", "requestId": "r3", "m": {"a": [1, None, {"b": {"x", "y"}}]}, "n": Decimal("1.5")}
UNTOLD = {"ConditionExpression": "attribute_not_exists(requestId)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("put_item", {**NAMED, "Item": THIRD, "ReturnConsumedCapacity": "TOTAL"}),
    ("put_item", {**NAMED, "Item": THIRD, "ReturnValues": "ALL_OLD"}),
    ("put_item", {**NAMED, "Item": THIRD, **UNTOLD}),
    ("put_item", {**NAMED, "Item": {"customerId": "acme"}}),
    ("put_item", {**NAMED, "Item": {**ROW, "requestId": "r4", "b": b"1", "bs": {b"2"}}}),
    ("get_item", {**NAMED, "Key": {**ROW, "requestId": "r4"}, "ConsistentRead": True}),
    ("get_item", {**NAMED, "Key": {**ROW, "requestId": "none"}}),
    ("get_item", {"TableName": "Nowhere", "Key": ROW}),
    ("get_item", {**NAMED, "Key": ROW, "ProjectionExpression": "n, m.a"}),
    ("batch_get_item", {"RequestItems": {REQUESTS.name: {"Keys": [ROW, {**ROW, "requestId": "r3"}]}}}),
    ("batch_write_item", {"RequestItems": {REQUESTS.name: [{"PutRequest": {"Item": {**ROW, "requestId": "r5"}}}]}}),
    ("scan", {**NAMED, "Limit": 2}),
    ("scan", {**NAMED, "Select": "COUNT"}),
    ("transact_get_items", {"TransactItems": [{"Get": {**NAMED, "Key": ROW}}]}),
    ("transact_write_items", {"TransactItems": [{"Put": {**NAMED, "Item": THIRD}}, {"Delete": {**NAMED, "Key": ROW}}]}),
    (
        "transact_write_items",
        {"TransactItems": [{"Put": {**NAMED, "Item": ROW}}, {"Put": {**NAMED, "Item": THIRD, **UNTOLD}}]},
    ),
    ("delete_item", {**NAMED, "Key": {**ROW, "requestId": "r3"}, "ReturnValues": "ALL_OLD"}),
    ("get_item", {**NAMED, "Key": {"customerId": "acme"}}),
    ("get_item", {**NAMED, "Key": ROW, "Unknown": 1}),
    ("scan", NAMED),
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
    found.append(answer(table.query, **theirs, ExpressionAttributeValues={":c": "acme", ":n": 1}))
    return found + [answer(getattr(table.meta.client, name), **options) for name, options in CALLS]


def answer(call: Any, **options: Any) -> Any:
    try:
        return {name: value for name, value in call(**options).items() if name != "ResponseMetadata"}
    except ClientError as refused:
        return refused.response["Error"], refused.response.get("CancellationReasons"), refused.response.get("Item")
    except ParamValidationError as refused:
        return str(refused)


def test_each_answer_is_the_same_the_first_time_and_later() -> None:
    with quick_moto.undone():
        plain = answers()

    assert answers() == plain
    assert answers() == plain
    assert any("ConditionalCheckFailed" in str(each) for each in plain)
    assert any("ValidationException" in str(each) for each in plain)
