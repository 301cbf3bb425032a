"""What starts Lambdas and executions: queues, streams, rules, schedules; and the stores they come from."""

import json
import time
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from tests.e2e.emulator.account import LONG, PATIENCE, Account, eventually, unique

REPORTS_ITEMS = """
    import boto3, json

    def handler(event, context):
        bodies = [read(record) for record in event["Records"]]
        boto3.client("sqs").send_message(QueueUrl=JOURNAL, MessageBody=json.dumps(bodies))
        failed = [identity(r) for r, body in zip(event["Records"], bodies) if body == BAD]
        return {"batchItemFailures": [{"itemIdentifier": failed[0]}] if failed else []}
"""
FROM_STREAM = """
    read = lambda record: record["dynamodb"]["Keys"]["id"]["S"]
    identity = lambda record: record["dynamodb"]["SequenceNumber"]
"""
FROM_QUEUE = """
    read = lambda record: record["body"]
    identity = lambda record: record["messageId"]
"""
RAISES_ON_BAD = """
    import boto3, json

    def handler(event, context):
        names = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
        boto3.client("sqs").send_message(QueueUrl=JOURNAL, MessageBody=json.dumps(names))
        if BAD in names:
            raise ValueError(names)
"""
STATUS_CHANGE = "Step Functions Execution Status Change"


def test_a_failed_stream_record_is_delivered_again_from_there_on(emulator: Emulator) -> None:
    account = Account(emulator)
    table, journal = account.table(), account.queue()
    for name in ("a", "bad", "c"):
        account.put(table, name)

    _feed_stream(account, table, _reporter(account, FROM_STREAM, journal), MaximumRetryAttempts=1)

    assert account.bodies(journal, 2) == [["a", "bad", "c"], ["bad", "c"]]


def test_a_stream_goes_on_after_the_retries_are_used_up(emulator: Emulator) -> None:
    account = Account(emulator)
    table, journal, failures = account.table(), account.queue(), account.queue()
    destination = {"OnFailure": {"Destination": account.queue_arn(failures)}}
    account.put(table, "bad")
    function = _reporter(account, FROM_STREAM, journal)
    _feed_stream(account, table, function, MaximumRetryAttempts=0, DestinationConfig=destination)
    account.bodies(journal, 1)

    account.put(table, "next")

    assert account.bodies(journal, 1) == [["next"]]
    assert account.bodies(failures, 1)[0]["requestContext"]["condition"] == "RetryAttemptsExhausted"


def test_a_failing_stream_batch_is_halved(emulator: Emulator) -> None:
    account = Account(emulator)
    table, journal = account.table(), account.queue()
    for name in ("a", "bad"):
        account.put(table, name)
    function = account.function(f"    JOURNAL, BAD = {journal!r}, 'bad'\n{RAISES_ON_BAD}")

    _feed_stream(account, table, function, MaximumRetryAttempts=1, BisectBatchOnFunctionError=True)

    assert account.bodies(journal, 4) == [["a", "bad"], ["a"], ["bad"], ["bad"]]


def test_filters_for_a_leaf_take_a_missing_path_as_aws_does(emulator: Emulator) -> None:
    """`exists: false` matches it, `anything-but` does not."""
    assert _let_through(Account(emulator)) == ["has", "lacks"]


def test_a_slow_stream_consumer_does_not_hold_up_the_queues(emulator: Emulator) -> None:
    account = Account(emulator)
    table, queue, journal, begun = account.table(), account.queue(), account.queue(), account.queue()
    slow = account.function(
        f"""
        import boto3, time

        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl={begun!r}, MessageBody='"begun"')
            time.sleep(3600)
        """
    )
    account.feed(account.queue_arn(queue), _reporter(account, FROM_QUEUE, journal))
    account.put(table, "slow")
    _feed_stream(account, table, slow)

    assert account.bodies(begun, 1) == ["begun"]
    account.queues.send_message(QueueUrl=queue, MessageBody="quick")

    assert account.bodies(journal, 1) == [["quick"]]


def test_a_failed_fifo_message_and_its_followers_come_back_in_order(emulator: Emulator) -> None:
    account = Account(emulator)
    journal = account.queue()
    queue = account.queue(FifoQueue="true", ContentBasedDeduplication="true", VisibilityTimeout="1")
    for body in ("a", "bad", "c"):
        account.queues.send_message(QueueUrl=queue, MessageBody=body, MessageGroupId=body)
    function = _reporter(account, FROM_QUEUE, journal)

    account.feed(account.queue_arn(queue), function, FunctionResponseTypes=["ReportBatchItemFailures"])

    delivered = account.bodies(journal, 2)
    assert delivered[0] == ["a", "bad", "c"]
    assert delivered[1] == ["bad"]


def test_a_fifo_message_that_keeps_failing_reaches_the_dead_letters(emulator: Emulator) -> None:
    account = Account(emulator)
    dead = account.queue(FifoQueue="true")
    policy = json.dumps({"deadLetterTargetArn": account.queue_arn(dead), "maxReceiveCount": 2})
    queue = account.queue(
        FifoQueue="true", ContentBasedDeduplication="true", VisibilityTimeout="1", RedrivePolicy=policy
    )
    function = _reporter(account, FROM_QUEUE, account.queue())
    account.feed(account.queue_arn(queue), function, FunctionResponseTypes=["ReportBatchItemFailures"])

    account.queues.send_message(QueueUrl=queue, MessageBody="bad", MessageGroupId="g")

    found = eventually(lambda: account.queues.receive_message(QueueUrl=dead).get("Messages"))
    assert [message["Body"] for message in found] == ["bad"]


@pytest.mark.parametrize("end", ["ABORTED", "FAILED", "TIMED_OUT"])
def test_an_execution_that_did_not_succeed_is_announced_to_a_lambda(emulator: Emulator, end: str) -> None:
    account = Account(emulator)
    journal = account.queue()
    machine = account.machine(
        {
            "Which": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input.fail %}", "Next": "Fail"}],
                "Default": "Rest",
            },
            "Rest": {"Type": "Wait", "Seconds": LONG, "Next": "Fail"},
            "Fail": {"Type": "Fail", "Error": "Broken"},
        },
        TimeoutSeconds=10 if end == "TIMED_OUT" else LONG,
    )
    _rule(
        emulator,
        {
            "source": ["aws.states"],
            "detail-type": [STATUS_CHANGE],
            "detail": {"stateMachineArn": [machine], "status": ["ABORTED", "TIMED_OUT", "FAILED"]},
        },
        {"Arn": _journals_events(account, journal)},
    )

    execution = account.start(machine, {"fail": end == "FAILED"})
    if end == "ABORTED":
        account.states.stop_execution(executionArn=execution)

    event = account.bodies(journal, 1)[0]
    assert event["detail"]["status"] == end
    assert event["detail"]["executionArn"] == execution
    assert account.ended(execution)["status"] == end


def test_an_object_created_in_a_bucket_starts_an_express_machine(emulator: Emulator) -> None:
    account = Account(emulator)
    journal, bucket = account.queue(), unique("bucket")
    arguments = {"QueueUrl": journal, "MessageBody": "{% $states.input %}"}
    send = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Arguments": arguments, "End": True}
    machine = account.machine({"Send": send}, type="EXPRESS")
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    transformer = {
        "InputPathsMap": {"key": "$.detail.object.key", "bucket": "$.detail.bucket.name"},
        "InputTemplate": '{"bucket": <bucket>, "key": <key>}',
    }
    _rule(
        emulator,
        {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"wildcard": "workflow=*/schedule=*/*.csv"}]}},
        },
        {"Arn": machine, "RoleArn": account.role(), "InputTransformer": transformer},
    )

    for key in ("metadata/run-1.json", "run-1.csv"):
        s3.put_object(Bucket=bucket, Key=f"workflow=reach/schedule=adhoc/{key}", Body=b"a,b")

    assert account.bodies(journal, 1) == [{"bucket": bucket, "key": "workflow=reach/schedule=adhoc/run-1.csv"}]


def test_schedules_start_executions_within_seconds(emulator: Emulator) -> None:
    """One after the other: by the sweeps of the package, ten seconds apart, so many take longer than a test waits."""
    account = Account(emulator)
    machine = account.machine({"Nothing": {"Type": "Pass", "End": True}})

    ends = time.monotonic() + PATIENCE

    for count in range(1, 8):
        _schedule(account, machine, "at(2020-01-01T00:00:00)")
        eventually(partial(_started, account, machine, count), patience=ends - time.monotonic())

    first = _started(account, machine, 7)[0]
    assert json.loads(account.ended(first)["input"]) == {"from": "schedule"}


def test_a_rate_follows_the_scaled_clock(emulator: Emulator) -> None:
    account = Account(emulator)
    machine = account.machine({"Nothing": {"Type": "Pass", "End": True}})

    schedule = _schedule(account, machine, "rate(10 minutes)")

    eventually(partial(_started, account, machine, 1))
    emulator.client("scheduler").delete_schedule(Name=schedule)


def test_an_encrypted_queue_topic_and_table_carry_data(emulator: Emulator) -> None:
    account = Account(emulator)
    key = emulator.client("kms").create_key()["KeyMetadata"]["Arn"]
    sns = emulator.client("sns")
    queue = account.queue(KmsMasterKeyId=key)
    topic = sns.create_topic(Name=unique("topic"), Attributes={"KmsMasterKeyId": key})["TopicArn"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=account.queue_arn(queue),
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": '{"kind": ["wanted"]}'},
    )
    table = account.table(SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key})
    account.put(table, "kept")

    for kind in ("unwanted", "wanted"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=json.dumps(kind), MessageAttributes=attributes)

    assert account.bodies(queue, 1) == ["wanted"]
    assert emulator.client("dynamodb").scan(TableName=table)["Items"] == [{"id": {"S": "kept"}}]


def test_a_transaction_that_meets_a_failed_condition_changes_nothing_and_says_which(emulator: Emulator) -> None:
    account = Account(emulator)
    dynamodb = emulator.client("dynamodb")
    table = account.table()
    gate = {"TableName": table, "Key": {"id": {"S": "gate"}}}
    join = {
        **gate,
        "UpdateExpression": "ADD holders :who",
        "ConditionExpression": "attribute_not_exists(holders) OR size(holders) < :limit",
    }

    def enter(name: str) -> None:
        values = {":who": {"SS": [name]}, ":limit": {"N": "1"}}
        holder = {"TableName": table, "Item": {"id": {"S": name}}}
        items: Any = [{"Update": {**join, "ExpressionAttributeValues": values}}, {"Put": holder}]
        dynamodb.transact_write_items(TransactItems=items)

    enter("first")
    with pytest.raises(ClientError) as refusal:
        enter("second")

    reasons: Any = refusal.value.response
    assert reasons["Error"]["Code"] == "TransactionCanceledException"
    assert [reason["Code"] for reason in reasons["CancellationReasons"]] == ["ConditionalCheckFailed", "None"]
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"id": {"S": "second"}})


def test_without_patches_a_failed_stream_record_is_lost(unpatched: Emulator) -> None:
    account = Account(unpatched)
    table, journal = account.table(), account.queue()
    for name in ("a", "bad"):
        account.put(table, name)
    _feed_stream(account, table, _reporter(account, FROM_STREAM, journal))
    first = account.bodies(journal, 1)

    account.put(table, "next")

    assert first == [["a", "bad"]]
    assert account.bodies(journal, 1) == [["next"]]


def test_without_patches_filters_have_a_missing_path_wrong(unpatched: Emulator) -> None:
    assert _let_through(Account(unpatched)) == ["has"]


def _let_through(account: Account) -> list[str]:
    """The new items that pass: with a mark by the first filter, without one by the second, by the third none."""
    table, journal = account.table(), account.queue()
    marks = (("NewImage", {"exists": True}), ("NewImage", {"exists": False}), ("OldImage", {"anything-but": ["x"]}))
    patterns = [{"dynamodb": {image: {"mark": {"S": [rule]}}}} for image, rule in marks]
    written: Any = account.emulator.client("dynamodb").put_item
    written(TableName=table, Item={"id": {"S": "lacks"}})
    written(TableName=table, Item={"id": {"S": "has"}, "mark": {"S": "y"}})
    filters = {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]}
    _feed_stream(account, table, _reporter(account, FROM_STREAM, journal), FilterCriteria=filters)
    names: list[str] = account.bodies(journal, 1)[0]
    return sorted(names)


def _reporter(account: Account, source: str, journal: str) -> str:
    """A function that writes down each batch and reports the item named `bad` as failed."""
    return account.function(f"    JOURNAL, BAD = {journal!r}, 'bad'\n{source}{REPORTS_ITEMS}")


def _journals_events(account: Account, journal: str) -> str:
    return account.function(
        f"""
        import boto3, json

        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl={journal!r}, MessageBody=json.dumps(event))
        """
    )


def _feed_stream(account: Account, table: str, function: str, **options: Any) -> None:
    account.feed(
        account.stream(table),
        function,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        **options,
    )


def _schedule(account: Account, machine: str, expression: str) -> str:
    name = unique("schedule")
    account.emulator.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": machine, "RoleArn": account.role(), "Input": '{"from": "schedule"}'},
    )
    return name


def _started(account: Account, machine: str, at_least: int) -> list[str]:
    """The machine's executions, once there are as many."""
    executions = account.states.list_executions(stateMachineArn=machine)["executions"]
    return [execution["executionArn"] for execution in executions] if len(executions) >= at_least else []


def _rule(emulator: Emulator, pattern: dict[str, Any], target: dict[str, Any]) -> None:
    events, name = emulator.client("events"), unique("rule")
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "1", **target}])
