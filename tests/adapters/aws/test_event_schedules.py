import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.aws.event_schedules import EventSchedules
from tests.adapters.queue_contents import PREFIX
from wfm.errors import InvalidRecord, NotReadyYet

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

ROLE = f"arn:aws:iam::123456789012:role/wfm/{PREFIX}-Scheduler"
FAILURES = f"arn:aws:sqs:us-east-1:123456789012:{PREFIX}-schedule-failures"


@pytest.fixture
def client(session: boto3.Session) -> "EventBridgeSchedulerClient":
    client = session.client("scheduler")
    client.create_schedule_group(Name=PREFIX)
    return client


@pytest.fixture
def scheduler(client: "EventBridgeSchedulerClient") -> EventSchedules:
    return EventSchedules(client, PREFIX, ROLE, FAILURES)


def a_definition(**fields: Any) -> dict[str, Any]:
    return {
        "ScheduleExpression": "cron(0 8 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Paris",
        "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Input": json.dumps({"customerId": "acme"}), "SqsParameters": {"MessageGroupId": "acme.daily"}},
        **fields,
    }


def test_a_schedule_sends_to_its_tenants_queue(client: "EventBridgeSchedulerClient", scheduler: EventSchedules) -> None:
    scheduler.put("acme.daily", "acme", a_definition())

    made = client.get_schedule(Name="acme.daily", GroupName=PREFIX)
    assert made["ScheduleExpression"] == "cron(0 8 * * ? *)"
    assert made["ScheduleExpressionTimezone"] == "Europe/Paris"
    target: Any = {**made["Target"]}
    del target["RetryPolicy"]
    assert target == {
        "Arn": f"arn:aws:sqs:us-east-1:123456789012:{PREFIX}-acme.fifo",
        "RoleArn": ROLE,
        "DeadLetterConfig": {"Arn": FAILURES},
        "Input": '{"customerId": "acme"}',
        "SqsParameters": {"MessageGroupId": "acme.daily"},
    }


def test_a_schedule_that_is_there_is_replaced_as_a_whole(
    client: "EventBridgeSchedulerClient", scheduler: EventSchedules
) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    scheduler.put("acme.daily", "acme", a_definition(Description="old", EndDate=later))

    scheduler.put("acme.daily", "acme", a_definition(State="DISABLED", ScheduleExpression="rate(1 day)"))

    made = client.get_schedule(Name="acme.daily", GroupName=PREFIX)
    assert (made["State"], made["ScheduleExpression"]) == ("DISABLED", "rate(1 day)")
    assert not {"Description", "EndDate"} & {name for name, value in made.items() if value}


def test_a_schedule_is_deleted_and_may_be_gone_already(
    client: "EventBridgeSchedulerClient", scheduler: EventSchedules
) -> None:
    scheduler.put("acme.daily", "acme", a_definition())

    scheduler.delete("acme.daily")
    scheduler.delete("acme.daily")

    assert client.list_schedules(GroupName=PREFIX)["Schedules"] == []


def test_what_eventbridge_does_not_take_is_the_records_fault(scheduler: EventSchedules) -> None:
    past = a_definition(StartDate=datetime.now(UTC) - timedelta(hours=1))

    with pytest.raises(InvalidRecord, match="does not take it: The StartDate you specify cannot be earlier"):
        scheduler.put("acme.daily", "acme", past)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ThrottlingException", NotReadyYet),
        ("ConflictException", NotReadyYet),
        ("InternalServerException", NotReadyYet),
        ("ServiceQuotaExceededException", InvalidRecord),
        ("AccessDeniedException", ClientError),
    ],
)
def test_what_passes_is_told_from_what_does_not(
    client: "EventBridgeSchedulerClient",
    scheduler: EventSchedules,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    kind: type[Exception],
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "words of EventBridge"}}, "UpdateSchedule")

    monkeypatch.setattr(client, "update_schedule", refuse)
    monkeypatch.setattr(client, "delete_schedule", refuse)

    with pytest.raises(kind, match="words of EventBridge"):
        scheduler.put("acme.daily", "acme", a_definition())
    with pytest.raises(kind, match="words of EventBridge"):
        scheduler.delete("acme.daily")


def test_without_its_group_a_schedule_waits(
    client: "EventBridgeSchedulerClient", scheduler: EventSchedules, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no group"}}, "CreateSchedule")

    monkeypatch.setattr(client, "create_schedule", missing)

    with pytest.raises(NotReadyYet, match=f"the schedule group {PREFIX} is not there"):
        scheduler.put("acme.daily", "acme", a_definition())
