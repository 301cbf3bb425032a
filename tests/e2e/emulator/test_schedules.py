"""Schedules of EventBridge Scheduler: when they fire, and what they say."""

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from local.emulator import Emulator
from local.emulator.patches.rewrite import module
from local.emulator.patches.schedule_times import begin_anew, next_in_zone
from tests.e2e.emulator.account import Account, eventually, unique
from wfm.model.schedules import Schedule, fire_times

TOLD = {
    "time": "<aws.scheduler.scheduled-time>",
    "schedule": "<aws.scheduler.schedule-arn>",
    "execution": "<aws.scheduler.execution-id>",
    "attempt": "<aws.scheduler.attempt-number>",
}
PHOENIX = ZoneInfo("America/Phoenix")  # whose clocks show no time twice


def in_seconds(seconds: float) -> datetime:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)


def at(moment: datetime, zone: ZoneInfo) -> str:
    return f"at({moment.astimezone(zone):%Y-%m-%dT%H:%M:%S})"


def fifo_queue(account: Account) -> str:
    return account.queue(FifoQueue="true", ContentBasedDeduplication="true", DeduplicationScope="messageGroup")


def schedule(account: Account, queue: str, expression: str, **fields: Any) -> str:
    """A schedule that sends to the queue; `says` is what, `group` its message group."""
    name, says, group = unique("schedule"), fields.pop("says", TOLD), fields.pop("group", "group")
    account.emulator.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": account.queue_arn(queue),
            "RoleArn": account.role(),
            "Input": json.dumps(says),
            "SqsParameters": {"MessageGroupId": group},
        },
        **fields,
    )
    return name


def test_a_schedule_fires_by_the_clock_of_its_zone_and_says_when(emulator: Emulator) -> None:
    account = Account(emulator)
    queue, due = fifo_queue(account), in_seconds(2)
    name = schedule(account, queue, at(due, PHOENIX), ScheduleExpressionTimezone=PHOENIX.key)

    def received() -> Any:
        return account.queues.receive_message(QueueUrl=queue, AttributeNames=["All"]).get("Messages")

    (message,) = eventually(received)
    told = json.loads(message["Body"])

    assert datetime.now(UTC) >= due
    assert message["Attributes"]["MessageGroupId"] == "group"
    assert (told["time"], told["attempt"]) == (f"{due:%Y-%m-%dT%H:%M:%SZ}", "1")
    assert told["schedule"].endswith(f":schedule/default/{name}")
    assert told["execution"].isalnum()


def test_the_same_message_for_a_fifo_queue_is_taken_once(emulator: Emulator) -> None:
    account = Account(emulator)
    queue, due = fifo_queue(account), at(in_seconds(1), PHOENIX)
    for says in ("same", "same", "other"):
        schedule(account, queue, due, says=says, ScheduleExpressionTimezone=PHOENIX.key)

    assert sorted(account.bodies(queue, 2)) == ["other", "same"]
    assert "Messages" not in account.queues.receive_message(QueueUrl=queue)


def test_what_is_off_or_has_ended_or_not_begun_does_not_fire(emulator: Emulator) -> None:
    account = Account(emulator)
    queue = fifo_queue(account)
    rate = "rate(1 minute)"
    begun = [
        schedule(account, queue, rate, says="off", group="1", State="DISABLED"),
        schedule(account, queue, rate, says="ended", group="2", EndDate=in_seconds(-60)),
        schedule(account, queue, rate, says="not begun", group="3", StartDate=in_seconds(3600)),
        schedule(account, queue, rate, says="on", group="4"),
    ]

    said = account.bodies(queue, 1)
    for name in begun:
        emulator.client("scheduler").delete_schedule(Name=name)

    assert set(said) == {"on"}


def test_a_schedule_that_was_changed_after_it_has_fired_fires_again(emulator: Emulator) -> None:
    account = Account(emulator)
    queue, scheduler = fifo_queue(account), emulator.client("scheduler")
    name = schedule(account, queue, at(in_seconds(0), ZoneInfo("UTC")))
    account.bodies(queue, 1)
    made = scheduler.get_schedule(Name=name)

    due = in_seconds(2)
    kept = {field: made[field] for field in ("Name", "FlexibleTimeWindow", "Target")}
    scheduler.update_schedule(**kept, ScheduleExpression=at(due, ZoneInfo("UTC")))

    assert [told["time"] for told in account.bodies(queue, 1)] == [f"{due:%Y-%m-%dT%H:%M:%SZ}"]


@pytest.mark.parametrize(
    ("expression", "zone", "after", "fires"),
    [
        ("cron(0 8 * * ? *)", "Europe/Paris", "2026-03-28T07:00:00+00:00", "2026-03-29T06:00:00+00:00"),
        ("cron(30 2 * * ? *)", "Europe/Paris", "2026-03-28T01:30:00+00:00", "2026-03-30T00:30:00+00:00"),
        ("cron(30 2 * * ? *)", "Europe/Paris", "2026-10-24T00:30:00+00:00", "2026-10-25T00:30:00+00:00"),
        ("cron(30 2 * * ? *)", "Europe/Paris", "2026-10-25T00:30:00+00:00", "2026-10-26T01:30:00+00:00"),
        ("cron(0 8 * * ? *)", "Asia/Tokyo", "2026-11-22T23:00:00+00:00", "2026-11-23T23:00:00+00:00"),
        ("cron(30 8 1 1 ? 2027)", "UTC", "2027-01-01T08:30:00+00:00", None),
    ],
)
def test_a_calendar_is_that_of_its_zone(expression: str, zone: str, after: str, fires: str | None) -> None:
    """A time that the clocks skip is left out, one that they show twice counts once."""
    fields = module("services.eventbridge")._parse_cron_fields(expression)

    found = next_in_zone(fields, datetime.fromisoformat(after).timestamp(), {"ScheduleExpressionTimezone": zone})

    assert found == (datetime.fromisoformat(fires) if fires else None)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"])
@pytest.mark.parametrize("fields", ["0 * * * ?", "30 2 * * ?", "0 0 L * ?", "15 1 ? * SUN", "0 8 15W * ?"])
def test_the_emulator_fires_when_wfm_says(fields: str, zone: str) -> None:
    """Through the days on which these zones change their clocks."""
    expression = f"cron({fields} *)"
    read = module("services.eventbridge")._parse_cron_fields(expression)
    for month, day in ((3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31)):
        moment = datetime(2026, month, day, 9, tzinfo=UTC)
        told = fire_times(Schedule("acme", "s", expression, expression, {}, zone), moment)
        for expected in islice(told, 30):
            found = next_in_zone(read, moment.timestamp(), {"ScheduleExpressionTimezone": zone})
            assert found == expected
            moment = expected


def test_what_was_due_before_a_change_or_the_start_is_past() -> None:
    fired = {"key": 100.0}
    begin_anew(fired, "key", {"ScheduleExpression": "cron(0 8 * * ? *)", "LastModificationDate": 50.0})
    assert fired == {"key": 100.0}

    begin_anew(fired, "key", {"ScheduleExpression": "cron(0 8 * * ? *)", "LastModificationDate": 200.0})
    assert fired == {"key": 200.0}

    begin = {"ScheduleExpression": "rate(5 minutes)", "LastModificationDate": 200.0, "StartDate": 1000.0}
    begin_anew(fired, "key", begin)
    assert fired == {"key": 700.0}  # so that it is due at its start


def test_without_patches_a_schedule_knows_neither_zone_nor_time_nor_what_was_sent(unpatched: Emulator) -> None:
    account = Account(unpatched)
    queue, due = fifo_queue(account), at(in_seconds(3600), PHOENIX)
    for _ in range(2):
        schedule(account, queue, due, says={"time": TOLD["time"]}, ScheduleExpressionTimezone=PHOENIX.key)

    assert account.bodies(queue, 2) == [{"time": TOLD["time"]}] * 2
