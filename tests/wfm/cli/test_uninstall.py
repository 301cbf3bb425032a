"""`wfm uninstall` as a command: what it refuses, lists and does; the emulator shows it whole."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.deployed import DEPLOYMENT, Deployed, session
from wfm.model.queue_policy import tls_only

STACK = DEPLOYMENT.stack
TARGET = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r", "Input": "{}"}


@pytest.fixture
def installed(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """A tenant with a queue, a dead letter queue with a letter, a schedule, and a bucket whose events WFM turned on."""
    monkeypatch.setattr("wfm.client.adapters.queue_messages.LONG_POLL_SECONDS", 0)
    sqs, scheduler, s3 = session().client("sqs"), session().client("scheduler"), session().client("s3")
    for name in (f"{STACK}-acme.fifo", f"{STACK}-acme-DLQ.fifo"):
        policy = tls_only(f"arn:aws:sqs:us-east-1:123456789012:{name}", STACK)
        sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true", "Policy": policy})
    sqs.send_message(QueueUrl=url_of("acme-DLQ"), MessageBody="{}", MessageGroupId="m", MessageDeduplicationId="m")
    scheduler.create_schedule_group(Name=STACK)
    window: Any = {"Mode": "OFF"}
    target: Any = TARGET
    scheduler.create_schedule(
        Name="s", GroupName=STACK, ScheduleExpression="rate(1 day)", FlexibleTimeWindow=window, Target=target
    )
    s3.create_bucket(Bucket="amc-results")
    deployed.put_row("acme", queueUrl=url_of("acme"), watchedBuckets={"amc-results", "amc-gone"})
    return deployed


def url_of(tenant: str) -> str:
    return str(session().client("sqs").get_queue_url(QueueName=f"{STACK}-{tenant}.fifo")["QueueUrl"])


def send_message() -> None:
    body = json.dumps({"workflowId": "reach", "requestId": "r1"})
    session().client("sqs").send_message(
        QueueUrl=url_of("acme"), MessageBody=body, MessageGroupId="r1", MessageDeduplicationId="r1"
    )


def left() -> dict[str, int]:
    return {
        "queues": len(session().client("sqs").list_queues().get("QueueUrls", [])),
        "schedules": len(session().client("scheduler").list_schedules(GroupName=STACK)["Schedules"]),
    }


ALL = {"queues": 2, "schedules": 1}
NONE = {"queues": 0, "schedules": 0}


def test_it_lists_and_removes_nothing_in_a_dry_run(installed: Deployed, command: Run) -> None:
    ended = command("uninstall", "--dry-run")

    assert ended.code == 0
    assert ended.out.splitlines() == [
        "1 schedules in EventBridge Scheduler",
        "2 queues, and 1 dead letters in them",
    ]
    assert left() == ALL


def test_without_yes_nobody_can_be_asked_and_nothing_is_removed(installed: Deployed, command: Run) -> None:
    ended = command("uninstall")

    assert ended.code == 2
    assert "--yes is missing" in ended.err
    assert left() == ALL


def test_it_removes_all_and_again_finds_nothing(installed: Deployed, command: Run) -> None:
    ended = command("uninstall", "--yes")

    assert ended.code == 0, ended.err
    assert ended.out.startswith(f"nothing is left that WFM made at run time; now the stack {STACK} can be deleted")
    assert left() == NONE
    assert "queuesDeletedAt" in installed.table("Tenants").get_item(Key={"customerId": "acme"})["Item"]
    again = command("uninstall", "--yes", "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["removed"] == json.loads(again.out)["left"]


def test_it_names_its_target_also_for_scripts(installed: Deployed, command: Run) -> None:
    assert f"stack {STACK}" in command("uninstall", "--yes").err


def test_a_message_in_flight_is_refused_before_anything_changes(installed: Deployed, command: Run) -> None:
    send_message()

    ended = command("uninstall", "--yes")

    assert ended.code == 2
    assert f"in flight: 1 messages in {STACK}-acme.fifo; allowed: --cancel-runs, --wait" in ended.err
    assert left() == ALL


def test_with_cancel_runs_it_is_recorded_as_cancelled(installed: Deployed, command: Run) -> None:
    send_message()

    ended = command("uninstall", "--yes", "--cancel-runs")

    assert ended.code == 0, ended.err
    (row,) = installed.table("ExecutionRequests").scan()["Items"]
    assert (row["status"], row["reason"]) == ("CANCELLED", "cancelled by `wfm uninstall`")
    assert left() == NONE


def test_what_does_not_end_in_time_is_left_with_its_queue(installed: Deployed, command: Run) -> None:
    send_message()

    ended = command("uninstall", "--yes", "--wait", "--timeout", "0")

    assert ended.code == 3
    assert "to begin again goes on with it" in ended.err
    assert left() == {"queues": 2, "schedules": 0}


def test_the_history_is_written_before_anything_is_removed(installed: Deployed, command: Run, tmp_path: Path) -> None:
    installed.put_request("r1", "SUCCEEDED")

    ended = command("uninstall", "--yes", "--export", str(tmp_path / "kept"), "--json")

    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["exported"]["ExecutionRequests"] == 1
    assert json.loads((tmp_path / "kept" / "ExecutionRequests.jsonl").read_text())["requestId"] == "r1"


def test_an_export_that_cannot_be_written_ends_it_before_anything_is_removed(
    installed: Deployed, command: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    assert command("uninstall", "--yes", "--export", str(tmp_path / "file")).code == 2
    assert command("uninstall", "--yes", "--parquet").code == 2
    assert left() == ALL
