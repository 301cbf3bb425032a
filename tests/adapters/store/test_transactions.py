from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from wfm.errors import GateContended
from wfm.store.items import is_failed_condition
from wfm.store.transactions import check, delete, put, transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

ONE, OTHER = {"customerId": "acme", "sk": "one"}, {"customerId": "acme", "sk": "other"}


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that nobody slept."""
    return []


@pytest.fixture
def table(dynamodb: "DynamoDBServiceResource") -> "Table":
    """Named, and not made: what happens to it is scripted."""
    return dynamodb.Table("Gate")


@pytest.fixture
def stub(dynamodb: "DynamoDBServiceResource") -> Iterator[Stubber]:
    with Stubber(dynamodb.meta.client) as stub:
        yield stub


def cancelled(stub: Stubber, *reasons: str) -> None:
    stub.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": [{"Code": reason} for reason in reasons]},
    )


def test_changes_happen_together(dynamodb: "DynamoDBServiceResource", gate_rows: "Table") -> None:
    gate_rows.put_item(Item=ONE | {"runs": 1, "status": "old"})

    transact(
        dynamodb,
        update(gate_rows, ONE, "SET #s = :new ADD runs :more", {"new": "new", "more": 2}, names={"#s": "status"}),
        put(gate_rows, OTHER),
    )

    assert gate_rows.scan(ConsistentRead=True)["Items"] == [ONE | {"runs": 3, "status": "new"}, OTHER]


@pytest.mark.parametrize("failing", ["check", "delete", "update"])
def test_one_condition_that_fails_stops_all_changes(
    dynamodb: "DynamoDBServiceResource", gate_rows: "Table", failing: str
) -> None:
    gate_rows.put_item(Item=ONE | {"runs": 1})
    changes: dict[str, Any] = {
        "check": check(gate_rows, ONE, "attribute_not_exists(sk)"),
        "delete": delete(gate_rows, ONE, "runs = :two", two=2),
        "update": update(gate_rows, ONE, "SET runs = :nine", {"two": 2, "nine": 9}, condition="runs = :two"),
    }

    with pytest.raises(ClientError) as error:
        transact(dynamodb, changes[failing], put(gate_rows, OTHER))

    assert is_failed_condition(error.value)
    assert gate_rows.scan(ConsistentRead=True)["Items"] == [ONE | {"runs": 1}]


def test_a_failed_condition_is_not_tried_again(
    dynamodb: "DynamoDBServiceResource", stub: Stubber, pauses: list[float], table: "Table"
) -> None:
    cancelled(stub, "None", "ConditionalCheckFailed")

    with pytest.raises(ClientError):
        transact(dynamodb, put(table, ONE), sleep=pauses.append)

    assert pauses == []


@pytest.fixture(params=["reason", "conflict", "in progress"])
def conflict(request: pytest.FixtureRequest, stub: Stubber) -> Any:
    """The ways in which DynamoDB says that another was faster."""
    if request.param == "reason":
        return lambda: cancelled(stub, "TransactionConflict", "None")
    code = {"conflict": "TransactionConflictException", "in progress": "TransactionInProgressException"}
    return lambda: stub.add_client_error("transact_write_items", code[request.param])


def test_a_conflict_is_tried_again_after_a_short_pause(
    dynamodb: "DynamoDBServiceResource", stub: Stubber, conflict: Any, pauses: list[float], table: "Table"
) -> None:
    for _ in range(3):
        conflict()
    stub.add_response("transact_write_items", {}, {"TransactItems": [put(table, ONE)]})

    transact(dynamodb, put(table, ONE), sleep=pauses.append)

    assert len(pauses) == 3
    assert all(0 <= pause <= longest for pause, longest in zip(pauses, (0.02, 0.04, 0.08), strict=True))
    stub.assert_no_pending_responses()


def test_conflicts_without_end_are_an_error_worth_another_try(
    dynamodb: "DynamoDBServiceResource", stub: Stubber, conflict: Any, pauses: list[float], table: "Table"
) -> None:
    for _ in range(100):
        conflict()

    with pytest.raises(GateContended, match="12 conflicts"):
        transact(dynamodb, put(table, ONE), sleep=pauses.append)

    assert sum(pauses) < 12
    assert max(pauses) <= 1


def test_pauses_grow_up_to_a_second(
    dynamodb: "DynamoDBServiceResource", stub: Stubber, pauses: list[float], table: "Table"
) -> None:
    for _ in range(20):
        for _ in range(12):
            cancelled(stub, "TransactionConflict")
        with pytest.raises(GateContended):
            transact(dynamodb, put(table, ONE), sleep=pauses.append)

    assert 0.5 < max(pauses) <= 1


def test_a_change_without_values_or_names_brings_none(table: "Table") -> None:
    """DynamoDB refuses empty ones; moto takes them."""
    assert delete(table, ONE) == {"Delete": {"TableName": "Gate", "Key": ONE}}
    assert update(table, ONE, "REMOVE runs") == {
        "Update": {"TableName": "Gate", "Key": ONE, "UpdateExpression": "REMOVE runs"}
    }
    assert put(table, ONE) == {"Put": {"TableName": "Gate", "Item": ONE}}


def test_any_other_error_goes_through(
    dynamodb: "DynamoDBServiceResource", stub: Stubber, pauses: list[float], table: "Table"
) -> None:
    stub.add_client_error("transact_write_items", "AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDenied"):
        transact(dynamodb, put(table, ONE), sleep=pauses.append)

    assert pauses == []
