"""On a bad day of AWS's: what the file in the emulator's folder asks for happens, and stops happening."""

from collections.abc import Iterator

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.emulator.patches.unreliability import Unreliability
from tests.e2e.emulator.account import Account, unique

ONCE = Config(retries={"total_max_attempts": 1})
FINISHES = {"Done": {"Type": "Succeed"}}
COUNTS = """
    import boto3, json

    def handler(event, context):
        boto3.client("sqs").send_message(QueueUrl={queue!r}, MessageBody=json.dumps(len(event["Records"])))
"""


@pytest.fixture
def bad_day(emulator: Emulator) -> Iterator[Emulator]:
    yield emulator
    Unreliability().write(emulator.folder)


def test_the_end_of_an_execution_is_lost_and_its_start_is_not(bad_day: Emulator) -> None:
    account = Account(bad_day)
    queue, events, name = account.queue(), bad_day.client("events"), unique("rule")
    events.put_rule(Name=name, EventPattern='{"source": ["aws.states"]}')
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": account.queue_arn(queue)}])
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


@pytest.mark.parametrize("service", ["dynamodb", "stepfunctions", "sqs"])
def test_calls_are_throttled(bad_day: Emulator, service: str) -> None:
    client = bad_day.client(service, config=ONCE)
    call = {"dynamodb": "list_tables", "stepfunctions": "list_state_machines", "sqs": "list_queues"}[service]

    Unreliability(throttled_calls=1).write(bad_day.folder)
    with pytest.raises(ClientError) as refused:
        getattr(client, call)()
    Unreliability().write(bad_day.folder)

    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert getattr(client, call)()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_streams_records_come_again(bad_day: Emulator) -> None:
    account = Account(bad_day)
    table, queue = account.table(), account.queue()
    function = account.function(COUNTS.format(queue=queue))
    Unreliability(repeated_batches=1).write(bad_day.folder)

    mapping = account.feed(account.stream(table), function, StartingPosition="TRIM_HORIZON")
    account.put(table, "one")

    assert account.bodies(queue, 2) == [1, 1]
    account.functions.delete_event_source_mapping(UUID=mapping)
