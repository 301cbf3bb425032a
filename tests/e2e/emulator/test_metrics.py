"""AWS's own metrics: each is written when what it counts happens, under the dimensions that AWS documents."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.emulator import Emulator
from tests.e2e.emulator.account import LONG, TIMEOUT_SCALE, Account, eventually, unique
from tests.e2e.queue_policies import for_rule, without_events

FAILS = """
    def handler(event, context):
        raise ValueError("no")
"""
WORKS = """
    def handler(event, context):
        return None
"""
NOWHERE = "arn:aws:sqs:us-east-1:000000000000:nowhere"
DETAIL = {"a": 1}


def data(emulator: Emulator, namespace: str, name: str, statistic: str = "Sum", **dimensions: str) -> list[float]:
    now = datetime.now(UTC)
    answer = emulator.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=[statistic],
    )
    return [point[statistic] for point in answer["Datapoints"]]


def total(emulator: Emulator, namespace: str, name: str, **dimensions: str) -> float:
    return sum(data(emulator, namespace, name, **dimensions))


def test_a_function_that_fails_for_a_queue_writes_errors(emulator: Emulator) -> None:
    account = Account(emulator)
    function, queue = account.function(FAILS), account.queue()
    name = function.rpartition(":")[2]
    account.feed(account.queue_arn(queue), function)

    account.queues.send_message(QueueUrl=queue, MessageBody="x")

    eventually(lambda: total(emulator, "AWS/Lambda", "Errors", FunctionName=name))
    assert total(emulator, "AWS/Lambda", "Throttles", FunctionName=name) == 0


def test_a_function_that_is_called_counts_once(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function(WORKS)
    name = function.rpartition(":")[2]

    account.invoke(function)

    found = {each: data(emulator, "AWS/Lambda", each, FunctionName=name) for each in ("Invocations", "Errors")}
    assert found == {"Invocations": [1], "Errors": [0]}


def test_a_function_without_concurrency_is_throttled_and_not_invoked(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function(WORKS)
    name = function.rpartition(":")[2]
    account.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    refused = account.functions.exceptions.TooManyRequestsException
    for _ in range(2):
        with pytest.raises(refused):
            account.invoke(function)

    calls = total(emulator, "AWS/Lambda", "Throttles", FunctionName=name)
    assert calls >= 2  # boto3 tries again
    assert data(emulator, "AWS/Lambda", "Invocations", FunctionName=name) == []


def test_a_stream_that_stands_still_gets_old(emulator: Emulator) -> None:
    account = Account(emulator)
    table, function = account.table(), account.function(FAILS)
    account.put(table, "first")

    account.feed(account.stream(table), function, StartingPosition="TRIM_HORIZON")

    name, two_seconds = function.rpartition(":")[2], 2000 / TIMEOUT_SCALE
    eventually(
        lambda: max(data(emulator, "AWS/Lambda", "IteratorAge", "Maximum", FunctionName=name), default=0) > two_seconds
    )


@pytest.mark.parametrize("end", ["Failed", "TimedOut", "Aborted", "Succeeded"])
def test_an_execution_writes_how_it_ended(emulator: Emulator, end: str) -> None:
    account = Account(emulator)
    rest = {"Type": "Wait", "Seconds": LONG, "End": True}
    last: Any = {"Failed": {"Type": "Fail", "Error": "no"}, "Succeeded": {"Type": "Succeed"}}.get(end, rest)
    machine = account.machine({"Last": last}, TimeoutSeconds=10 if end == "TimedOut" else LONG)

    execution = account.start(machine)
    if end == "Aborted":
        account.states.stop_execution(executionArn=execution)

    eventually(lambda: total(emulator, "AWS/States", f"Executions{end}", StateMachineArn=machine))
    written = [
        each
        for each in ("Failed", "TimedOut", "Aborted", "Succeeded")
        if total(emulator, "AWS/States", f"Executions{each}", StateMachineArn=machine)
    ]
    assert written == [end]


def test_the_depth_of_a_queue_is_a_metric(emulator: Emulator) -> None:
    account = Account(emulator)
    queue, name = account.queue(), "ApproximateNumberOfMessagesVisible"
    dimension = {"QueueName": queue.rpartition("/")[2]}
    assert data(emulator, "AWS/SQS", name, "Maximum", **dimension) == [0]

    for body in "ab":
        account.queues.send_message(QueueUrl=queue, MessageBody=body)

    assert data(emulator, "AWS/SQS", name, "Maximum", **dimension) == [2]


@pytest.mark.parametrize("outage", ["no queue", "no policy", "the policy of another rule", "a Deny"])
def test_an_event_that_a_queue_does_not_take_is_counted_and_buried(emulator: Emulator, outage: str) -> None:
    account, events, name = Account(emulator), emulator.client("events"), unique("rule")
    queue, buried = account.queue(), account.queue()
    rule = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    account.queues.set_queue_attributes(QueueUrl=buried, Attributes=for_rule(account.queue_arn(buried), rule))
    arn = account.queue_arn(queue)
    if outage == "a Deny":
        account.queues.set_queue_attributes(QueueUrl=queue, Attributes=without_events(arn))
    if outage == "the policy of another rule":
        account.queues.set_queue_attributes(QueueUrl=queue, Attributes=for_rule(arn, f"{rule}-other"))
    if outage == "no queue":
        arn = NOWHERE
    target = {"Id": "1", "Arn": arn, "DeadLetterConfig": {"Arn": account.queue_arn(buried)}}
    events.put_targets(Rule=name, Targets=[target])

    events.put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": json.dumps(DETAIL)}])

    assert account.bodies(buried, 1)[0]["detail"] == DETAIL
    assert total(emulator, "AWS/Events", "FailedInvocations", RuleName=name) == 1


def test_an_event_that_a_queue_takes_is_neither(emulator: Emulator) -> None:
    account, events, name = Account(emulator), emulator.client("events"), unique("rule")
    queue = account.queue()
    rule = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    account.queues.set_queue_attributes(QueueUrl=queue, Attributes=for_rule(account.queue_arn(queue), rule))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": account.queue_arn(queue)}])

    events.put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": json.dumps(DETAIL)}])

    assert account.bodies(queue, 1)[0]["detail"] == DETAIL
    assert data(emulator, "AWS/Events", "FailedInvocations", RuleName=name) == []


def test_a_firing_that_cannot_be_sent_is_buried(emulator: Emulator) -> None:
    account, buried = Account(emulator), Account(emulator).queue()
    emulator.client("scheduler").create_schedule(
        Name=unique("schedule"),
        ScheduleExpression="at(2020-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": NOWHERE,
            "RoleArn": account.role(),
            "Input": '{"from": "schedule"}',
            "DeadLetterConfig": {"Arn": account.queue_arn(buried)},
        },
    )

    assert account.bodies(buried, 1) == [{"from": "schedule"}]


def test_an_alarm_goes_by_the_metric_of_its_own_dimensions(emulator: Emulator) -> None:
    cloudwatch, name = emulator.client("cloudwatch"), unique("alarm")
    for function in (name, "other"):
        cloudwatch.put_metric_alarm(
            AlarmName=f"{name}-{function}",
            Namespace=name,
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": function}],
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )

    datum = {"MetricName": "Errors", "Value": 1.0, "Dimensions": [{"Name": "FunctionName", "Value": name}]}
    cloudwatch.put_metric_data(Namespace=name, MetricData=[datum])

    states = {each["AlarmName"]: each["StateValue"] for each in _alarms(emulator, name)}
    assert states == {f"{name}-{name}": "ALARM", f"{name}-other": "INSUFFICIENT_DATA"}


def _alarms(emulator: Emulator, prefix: str) -> list[Any]:
    return list(emulator.client("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"])


def test_without_patches_a_function_that_fails_for_a_queue_writes_nothing(unpatched: Emulator) -> None:
    account = Account(unpatched)
    queue, begun = account.queue(), account.queue()
    function = account.function(
        f"""
        import boto3

        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl={begun!r}, MessageBody='"begun"')
            raise ValueError("no")
        """
    )
    account.feed(account.queue_arn(queue), function)
    account.queues.send_message(QueueUrl=queue, MessageBody="x")

    assert account.bodies(begun, 1) == ["begun"]
    assert data(unpatched, "AWS/Lambda", "Errors", FunctionName=function.rpartition(":")[2]) == []
