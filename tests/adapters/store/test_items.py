from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError

from functions.runtime.batch import from_stream_image
from wfm.store.items import from_item, is_conflict, is_failed_condition, setting, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

ROWS: list[dict[str, Any]] = [
    {"whole": 7, "negative": -3, "fraction": 0.1, "small": 1e-7, "large": 123456789012},
    {"text": "", "yes": True, "no": False, "list": [1, 0.5, "a", [True]], "map": {"a": {"b": 2.25}}},
    {"nothing inside": [None], "map": {"a": None}},
    {"empty list": [], "empty map": {}},
]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_comes_back_as_it_went_in(row: dict[str, Any], workflows_rows: "Table") -> None:
    key = {"customerId": "acme", "workflowId": "reach"}

    workflows_rows.put_item(Item=to_item(key | row))

    found = from_item(workflows_rows.get_item(Key=key, ConsistentRead=True)["Item"], dict[str, object])
    assert found == key | row
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in (key | row).items()
    }


def test_a_fraction_is_kept_as_it_is_written() -> None:
    assert to_item({"share": 0.1, "shares": [0.2]}) == {"share": Decimal("0.1"), "shares": [Decimal("0.2")]}


def test_nothing_is_left_out_at_the_top() -> None:
    assert to_item({"reason": None, "error": ""}) == {"error": ""}


def test_a_stream_image_is_the_row() -> None:
    row = {"customerId": "acme", "attempts": 2, "share": 0.5, "request": {"days": [1, 2]}, "reason": None, "on": True}
    image = {name: TypeSerializer().serialize(value) for name, value in to_item(row).items()}

    assert from_stream_image(image | {"reason": {"NULL": True}}) == row


def test_a_missing_stream_image_is_no_row() -> None:
    assert from_stream_image(None) is None
    assert from_stream_image({}) == {}


def test_reserved_words_can_be_set(workflows_rows: "Table") -> None:
    key = {"customerId": "acme", "workflowId": "reach"}

    workflows_rows.update_item(Key=key, **setting({"status": "ACTIVE", "name": "n", "size": 0.5, "left out": None}))

    found = from_item(workflows_rows.get_item(Key=key, ConsistentRead=True)["Item"], dict[str, object])
    assert found == key | {"status": "ACTIVE", "name": "n", "size": 0.5}


@pytest.mark.parametrize(
    ("code", "reasons", "condition", "conflict"),
    [
        ("ConditionalCheckFailedException", [], True, False),
        ("TransactionCanceledException", ["None", "ConditionalCheckFailed"], True, False),
        ("TransactionCanceledException", ["TransactionConflict", "None"], False, True),
        ("TransactionConflictException", [], False, True),
        ("TransactionInProgressException", [], False, True),
        ("TransactionCanceledException", ["ThrottlingError"], False, False),
        ("ProvisionedThroughputExceededException", [], False, False),
    ],
)
def test_what_dynamodb_refuses_is_told_apart(code: str, reasons: list[str], condition: bool, conflict: bool) -> None:
    response: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": reason} for reason in reasons]}
    error = ClientError(response, "TransactWriteItems")

    assert (is_failed_condition(error), is_conflict(error)) == (condition, conflict)


def test_other_exceptions_are_neither() -> None:
    assert not is_failed_condition(ValueError("x"))
    assert not is_conflict(ValueError("x"))
