"""Whose queues, mappings and schedules are found: those of one deployment, however alike another's names are."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from tests.wfm.deployed import session
from wfm.client.adapters.bucket_events import BucketEvents, may_match
from wfm.client.adapters.run_time_resources import RunTimeResources
from wfm.model.queue_policy import tls_only

OURS, TWIN = "wfm-team-b", "wfm-team-b-c"  # the first begins all names of the second
TARGET = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r", "Input": "{}"}
BUCKET = "amc-results"


@pytest.fixture
def account(aws: None) -> boto3.Session:
    return session()


def made_by(account: Any, prefix: str) -> RunTimeResources:
    return RunTimeResources(account.client("sqs"), account.client("lambda"), account.client("scheduler"), prefix)


def make_queue(account: Any, name: str, owner: str | None) -> str:
    sqs, fifo = account.client("sqs"), {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    url: str = sqs.create_queue(QueueName=name, Attributes=fifo)["QueueUrl"]
    if owner:
        policy = tls_only(f"arn:aws:sqs:us-east-1:123456789012:{name}", owner)
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url


def test_queues_are_the_deployments_by_their_policies_and_not_by_their_names(account: boto3.Session) -> None:
    own = [make_queue(account, f"{OURS}-{name}.fifo", OURS) for name in ("acme", "acme-DLQ")]
    make_queue(account, f"{TWIN}-acme.fifo", TWIN)
    make_queue(account, f"{OURS}-somebodys.fifo", None)
    make_queue(account, f"{OURS}-backfill-stopped", OURS)

    assert list(made_by(account, OURS).queues()) == own


def test_a_queue_can_be_deleted_twice(account: boto3.Session) -> None:
    url, made = make_queue(account, f"{OURS}-acme.fifo", OURS), made_by(account, OURS)

    made.delete_queue(url)
    made.delete_queue(url)

    assert list(made.queues()) == []


def test_schedules_are_those_of_the_deployments_group(account: boto3.Session) -> None:
    scheduler = account.client("scheduler")
    when: Any = {"ScheduleExpression": "rate(1 day)", "Target": TARGET, "FlexibleTimeWindow": {"Mode": "OFF"}}
    for group in (OURS, TWIN):
        scheduler.create_schedule_group(Name=group)
        scheduler.create_schedule(Name=f"of-{group}", GroupName=group, **when)
    made = made_by(account, OURS)

    assert list(made.schedules()) == [f"of-{OURS}"]
    made.delete_schedule(f"of-{OURS}")
    made.delete_schedule(f"of-{OURS}")
    assert list(made.schedules()) == []
    assert list(made_by(account, TWIN).schedules()) == [f"of-{TWIN}"]


def stack_with(kind: str, physical_id: str) -> Any:
    """CloudFormation's client, as far as it lists a stack's resources: moto's needs packages that are not here."""
    pages = [{"StackResourceSummaries": [{"ResourceType": kind, "PhysicalResourceId": physical_id}]}]
    return SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=lambda **_: pages))


@pytest.mark.parametrize(
    ("pattern", "may"),
    [
        (None, False),
        ({"source": ["aws.states"]}, False),
        ({"source": ["aws.s3"]}, True),
        ({"detail-type": ["Object Created"]}, True),
        ({"source": ["aws.s3"], "detail": {"bucket": {"name": [BUCKET]}}}, True),
        ({"source": ["aws.s3"], "detail": {"bucket": {"name": ["another"]}}}, False),
        ({"source": ["aws.s3"], "detail": {"bucket": {"name": [{"wildcard": "amc*"}]}}}, True),
        ({"source": [{"prefix": "aws."}]}, True),
    ],
)
def test_a_rule_listens_to_a_bucket_unless_its_pattern_rules_that_out(pattern: Any, may: bool) -> None:
    assert may_match(pattern, BUCKET) is may


def test_a_buckets_own_notifications_stay_and_other_rules_are_named(account: boto3.Session) -> None:
    s3, events = account.client("s3"), account.client("events")
    s3.create_bucket(Bucket=BUCKET)
    account.client("sqs").create_queue(QueueName="q")
    queue: Any = {"Id": "somebodys", "QueueArn": TARGET["Arn"], "Events": ["s3:ObjectCreated:*"]}
    both: Any = {"QueueConfigurations": [queue], "EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=both)
    events.put_rule(Name="another", EventPattern=json.dumps({"source": ["aws.s3"]}))
    events.put_rule(Name="timer", ScheduleExpression="rate(1 day)")
    asked: list[Any] = []
    s3.meta.events.register(
        "provide-client-params.s3.PutBucketNotificationConfiguration", lambda params, **_: asked.append(params)
    )
    events.put_rule(Name="own", EventPattern=json.dumps({"source": ["aws.s3"]}))
    of_bucket = BucketEvents(s3, events, stack_with("AWS::Events::Rule", "own"), OURS)

    assert of_bucket.listeners(BUCKET) == ["another"]
    of_bucket.stop(BUCKET)

    (put,) = asked
    assert list(put["NotificationConfiguration"]) == ["QueueConfigurations"]
    assert s3.get_bucket_notification_configuration(Bucket=BUCKET)["QueueConfigurations"][0]["Id"] == "somebodys"
