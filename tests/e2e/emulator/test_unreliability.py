"""On a bad day of AWS's: what the file in the emulator's folder asks for happens, is counted, and stops happening."""

import json
from collections.abc import Iterator

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.emulator.unreliability import Unreliability, met
from tests.e2e.emulator.account import Account, unique
from tests.e2e.queue_policies import for_rule

ONCE = Config(retries={"total_max_attempts": 1})
FINISHES = {"Done": {"Type": "Succeed"}}
COUNTS = """
    import boto3, json

    def handler(event, context):
        boto3.client("sqs").send_message(QueueUrl={queue!r}, MessageBody=json.dumps(len(event["Records"])))
"""
NAMES = """
    import boto3, json

    def handler(event, context):
        sqs = boto3.client("sqs")
        for record in event["Records"]:
            image = record["dynamodb"]["NewImage"]
            sqs.send_message(QueueUrl={queue!r}, MessageBody=json.dumps([image["id"]["S"], image["n"]["N"]]))
"""
COUNTER = """
    calls = []

    def handler(event, context):
        calls.append(1)
        return len(calls)
"""


@pytest.fixture
def bad_day(emulator: Emulator) -> Iterator[Emulator]:
    yield emulator
    Unreliability().write(emulator.folder)


@pytest.fixture
def undisturbed() -> Iterator[Emulator]:
    """An emulator of its own: what other tests have left to be delivered meets trouble and draws, too."""
    with Emulator("undisturbed") as running:
        yield running


def test_the_end_of_an_execution_is_lost_and_its_start_is_not(bad_day: Emulator) -> None:
    account = Account(bad_day)
    queue, events, name = account.queue(), bad_day.client("events"), unique("rule")
    rule, arn = events.put_rule(Name=name, EventPattern='{"source": ["aws.states"]}'), account.queue_arn(queue)
    account.queues.set_queue_attributes(QueueUrl=queue, Attributes=for_rule(arn, rule["RuleArn"]))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
    machine = account.machine(FINISHES)

    Unreliability(lost_ends=1).write(bad_day.folder)
    lost = account.run(machine)["executionArn"]
    Unreliability().write(bad_day.folder)
    heard = account.run(machine)["executionArn"]

    details = [body["detail"] for body in account.bodies(queue, 3)]
    events.remove_targets(Rule=name, Ids=["1"])
    assert sorted((each["executionArn"] == heard, each["status"]) for each in details) == [
        (False, "RUNNING"),
        (True, "RUNNING"),
        (True, "SUCCEEDED"),
    ]
    assert lost != heard
    assert met(bad_day.folder)["ends of executions not announced"] >= 1


@pytest.mark.parametrize(
    ("service", "call"),
    [("dynamodb", "list_tables"), ("stepfunctions", "list_state_machines"), ("sqs", "list_queues")],
)
def test_calls_are_throttled(bad_day: Emulator, service: str, call: str) -> None:
    client = bad_day.client(service, config=ONCE)

    Unreliability(throttled_calls=1).write(bad_day.folder)
    with pytest.raises(ClientError) as refused:
        getattr(client, call)()
    Unreliability().write(bad_day.folder)

    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert getattr(client, call)()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_throttled_transaction_is_cancelled_with_its_reason(bad_day: Emulator) -> None:
    table, client = Account(bad_day).table(), bad_day.client("dynamodb", config=ONCE)
    put = {"Put": {"TableName": table, "Item": {"id": {"S": "one"}}}}
    Unreliability(throttled_calls=1).write(bad_day.folder)

    with pytest.raises(client.exceptions.TransactionCanceledException) as refused:
        client.transact_write_items(TransactItems=[put])

    assert refused.value.response["CancellationReasons"][0]["Code"] == "ThrottlingError"


def test_more_descriptions_than_the_bucket_holds_are_refused(bad_day: Emulator) -> None:
    account, client = Account(bad_day), bad_day.client("stepfunctions", config=ONCE)
    execution = account.run(account.machine(FINISHES))["executionArn"]
    Unreliability(quota_scale=0.01).write(bad_day.folder)  # DescribeExecution: three at once, one in seven seconds

    answers = [_code(lambda: client.describe_execution(executionArn=execution)) for _ in range(8)]

    assert answers[:3] == ["", "", ""]
    assert "ThrottlingException" in answers[3:]
    assert _code(client.list_state_machines) == "", "each action has a bucket of its own"


def test_a_partition_takes_so_many_writes_and_its_neighbour_is_not_held_up(bad_day: Emulator) -> None:
    table, client = Account(bad_day).table(), bad_day.client("dynamodb", config=ONCE)
    Unreliability(quota_scale=0.001).write(bad_day.folder)  # one write a second for a key

    def put(name: str) -> str:
        return _code(lambda: client.put_item(TableName=table, Item={"id": {"S": name}}))

    answers = [put("hot") for _ in range(10)]

    assert answers[0] == ""
    assert "ThrottlingException" in answers
    assert put("cold") == ""


def test_a_streams_records_come_again(bad_day: Emulator) -> None:
    account = Account(bad_day)
    table, queue = account.table(), account.queue()
    function = account.function(COUNTS.format(queue=queue))
    Unreliability(repeated_batches=1).write(bad_day.folder)

    mapping = account.feed(account.stream(table), function, StartingPosition="TRIM_HORIZON")
    account.put(table, "one")

    assert account.bodies(queue, 2) == [1, 1]
    account.functions.delete_event_source_mapping(UUID=mapping)
    assert met(bad_day.folder)["stream batches repeated"] >= 1


def test_records_of_an_item_keep_their_order_and_overtake_those_of_others(bad_day: Emulator) -> None:
    account = Account(bad_day)
    table, queue = account.table(), account.queue()
    function = account.function(NAMES.format(queue=queue))
    Unreliability(stream_lag=2).write(bad_day.folder)
    mapping = account.feed(account.stream(table), function, StartingPosition="TRIM_HORIZON")
    sent = [[f"item{key}", str(number)] for number in range(4) for key in range(6)]

    for name, number in sent:
        item = {"id": {"S": name}, "n": {"N": number}}
        bad_day.client("dynamodb").put_item(TableName=table, Item=item)
    came = account.bodies(queue, len(sent))

    account.functions.delete_event_source_mapping(UUID=mapping)
    assert came != sent
    assert sorted(came, key=lambda one: one[0]) == sorted(sent, key=lambda one: one[0]), "in order, for each item"
    assert met(bad_day.folder)["stream batches that overtook an older record"] >= 1


def test_an_invocation_meets_a_new_environment(undisturbed: Emulator) -> None:
    account = Account(undisturbed)
    function = account.function(COUNTER)
    warm = [account.invoke(function) for _ in range(2)]
    Unreliability(cold_starts=1).write(undisturbed.folder)

    cold = [account.invoke(function) for _ in range(2)]

    assert (warm, cold) == ([1, 2], [1, 1])
    assert met(undisturbed.folder)["cold starts"] == 2


def test_the_same_seed_draws_the_same(undisturbed: Emulator) -> None:
    client = undisturbed.client("sqs", config=ONCE)

    def draw() -> str:
        Unreliability(throttled_calls=0.5, seed=7).write(undisturbed.folder)
        return json.dumps([_code(client.list_queues) for _ in range(12)])

    assert draw() == draw()


def _code(call: object) -> str:
    """The error's code, or nothing."""
    try:
        call()  # type: ignore[operator]
    except ClientError as exc:
        return str(exc.response["Error"]["Code"])
    return ""
