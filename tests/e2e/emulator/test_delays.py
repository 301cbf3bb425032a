"""What AWS does not do at once: queues go, mappings change, indexes and descriptions of executions follow."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.emulator.unreliability import Unreliability, met
from tests.e2e.emulator.account import Account, eventually

ECHO = """
    def handler(event, context):
        return event
"""
INDEX: dict[str, Any] = {
    "IndexName": "byColour",
    "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.fixture
def account(emulator: Emulator) -> Iterator[Account]:
    yield Account(emulator)
    Unreliability().write(emulator.folder)


def test_a_deleted_queue_answers_now_and_then_and_cannot_be_made_anew(account: Account) -> None:
    queues = account.queues
    queue = account.queue()
    name = queue.rpartition("/")[2]
    Unreliability(queue_linger=4).write(account.emulator.folder)

    queues.delete_queue(QueueUrl=queue)
    with pytest.raises(queues.exceptions.QueueDeletedRecently) as refused:
        queues.create_queue(QueueName=name)
    answers = {_code(lambda: queues.send_message(QueueUrl=queue, MessageBody="lost")) for _ in range(20)}

    assert refused.value.response["Error"]["Code"] == "AWS.SimpleQueueService.QueueDeletedRecently"
    assert answers == {"", "AWS.SimpleQueueService.NonExistentQueue"}
    assert eventually(lambda: _code(lambda: queues.create_queue(QueueName=name)) == "")
    assert "Messages" not in queues.receive_message(QueueUrl=queue), "what was sent in between is gone"
    counted = met(account.emulator.folder)
    assert counted["calls that found a deleted queue"]
    assert counted["queues not made for one deleted recently"]


def test_a_mapping_in_transition_is_not_changed(account: Account) -> None:
    lambdas = account.functions
    queue, function = account.queue(), account.function(ECHO)
    Unreliability(mapping_transition=1).write(account.emulator.folder)

    made = lambdas.create_event_source_mapping(EventSourceArn=account.queue_arn(queue), FunctionName=function)
    key = {"UUID": made["UUID"]}
    with pytest.raises(lambdas.exceptions.ResourceInUseException) as changed:
        lambdas.update_event_source_mapping(**key, Enabled=False)
    with pytest.raises(lambdas.exceptions.ResourceInUseException):
        lambdas.delete_event_source_mapping(**key)
    with pytest.raises(lambdas.exceptions.ResourceConflictException) as second:
        lambdas.create_event_source_mapping(EventSourceArn=account.queue_arn(queue), FunctionName=function)

    assert made["State"] == "Creating"
    assert changed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert second.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert eventually(lambda: _state(account, **key) == "Enabled")
    assert met(account.emulator.folder)["changes of a mapping in transition refused"] >= 2


def test_a_mapping_passes_through_its_states(account: Account) -> None:
    lambdas = account.functions
    queue, function = account.queue(), account.function(ECHO)
    key = {"UUID": account.feed(account.queue_arn(queue), function)}
    Unreliability(mapping_transition=0.5).write(account.emulator.folder)

    disabling = lambdas.update_event_source_mapping(**key, Enabled=False)["State"]
    eventually(lambda: _state(account, **key) == "Disabled")
    enabling = lambdas.update_event_source_mapping(**key, Enabled=True)["State"]
    eventually(lambda: _state(account, **key) == "Enabled")
    deleting = lambdas.delete_event_source_mapping(**key)["State"]
    still_there = _state(account, **key)

    assert (disabling, enabling, deleting, still_there) == ("Disabling", "Enabling", "Deleting", "Deleting")
    assert eventually(lambda: _code(lambda: _state(account, **key)) == "ResourceNotFoundException")


def test_a_write_shows_in_the_table_at_once_and_in_an_index_later(account: Account) -> None:
    dynamodb = account.emulator.client("dynamodb")
    table = account.table(**_coloured())
    dynamodb.put_item(TableName=table, Item={"id": {"S": "old"}, "colour": {"S": "red"}})
    Unreliability(index_lag=6).write(account.emulator.folder)

    dynamodb.put_item(TableName=table, Item={"id": {"S": "old"}, "colour": {"S": "blue"}})
    dynamodb.put_item(TableName=table, Item={"id": {"S": "new"}, "colour": {"S": "red"}})
    at_once = dynamodb.get_item(TableName=table, Key={"id": {"S": "old"}})["Item"]["colour"]["S"]
    at_first = _in_index(account, table)
    eventually(lambda: _in_index(account, table) == ["new"])

    assert at_once == "blue"
    assert at_first == ["old"]
    assert met(account.emulator.folder)["stale answers of an index"] >= 1
    dynamodb.delete_item(TableName=table, Key={"id": {"S": "new"}})
    assert eventually(lambda: _in_index(account, table) == [])


def test_an_execution_is_seen_later_than_it_begins_and_running_after_it_has_ended(account: Account) -> None:
    states = account.states
    machine = account.machine({"Done": {"Type": "Pass", "Output": {"n": 1}, "End": True}})
    Unreliability(execution_lag=6).write(account.emulator.folder)

    execution = account.start(machine)
    seen = []
    for _ in range(10_000):
        seen.append(_code(lambda: states.describe_execution(executionArn=execution)) or _status(account, execution))
        if seen[-1] == "SUCCEEDED":
            break

    assert list(dict.fromkeys(seen)) in (
        ["ExecutionDoesNotExist", "RUNNING", "SUCCEEDED"],
        ["ExecutionDoesNotExist", "SUCCEEDED"],
    )
    assert met(account.emulator.folder)["executions not seen yet"] >= 1
    assert json.loads(states.describe_execution(executionArn=execution)["output"]) == {"n": 1}
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=machine, name=execution.rpartition(":")[2])


def _status(account: Account, execution: str) -> str:
    return str(account.states.describe_execution(executionArn=execution)["status"])


def _state(account: Account, **key: Any) -> str:
    return str(account.functions.get_event_source_mapping(**key)["State"])


def _in_index(account: Account, table: str) -> list[str]:
    query = {"KeyConditionExpression": "colour = :c", "ExpressionAttributeValues": {":c": {"S": "red"}}}
    found = account.emulator.client("dynamodb").query(TableName=table, IndexName="byColour", **query)["Items"]
    return sorted(item["id"]["S"] for item in found)


def _coloured() -> dict[str, Any]:
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "colour")]
    return {"AttributeDefinitions": names, "GlobalSecondaryIndexes": [INDEX]}


def _code(call: Any) -> str:
    """The error's code, or nothing."""
    try:
        call()
    except ClientError as exc:
        return str(exc.response["Error"]["Code"])
    return ""
