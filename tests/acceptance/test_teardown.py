"""Taking down: in which order, whatever cannot be removed, and nothing that bears another name."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from acceptance.naming import Name
from acceptance.teardown import Teardown
from tests.acceptance.targets import NAME

OTHER = "wfm-demoteam-amcdataset"
TRUST = {"Version": "2012-10-17", "Statement": []}
MACHINE = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}


class Pages:
    """A service that has one page of what is asked for, refuses what it is told to, and keeps the calls."""

    def __init__(self, service: str, calls: list[str], found: dict[str, Any], refused: set[str]) -> None:
        self._service, self._calls, self._found, self._refused = service, calls, found, refused
        self.operation = ""

    def get_paginator(self, operation: str) -> "Pages":
        self.operation = operation
        return self

    def paginate(self, **_: Any) -> list[Any]:
        return [self._call(self.operation)]

    def _call(self, operation: str) -> Any:
        self._calls.append(f"{self._service} {operation}")
        if operation in self._refused:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, operation)
        return self._found.get(operation, {})

    def __getattr__(self, operation: str) -> Any:
        return lambda **_: self._call(operation)


FOUND = {
    "list_event_source_mappings": {
        "EventSourceMappings": [
            {"UUID": "ours", "EventSourceArn": f"arn:aws:sqs:eu-west-1:1:{NAME.text}-first.fifo"},
            {"UUID": "the-stacks", "EventSourceArn": f"arn:aws:sqs:eu-west-1:1:{NAME.text}-backfill-stopped"},
            {"UUID": "anothers", "EventSourceArn": f"arn:aws:sqs:eu-west-1:1:{OTHER}-first.fifo"},
        ]
    },
    "list_state_machines": {
        "stateMachines": [
            {"name": f"{NAME.text}-backfill", "stateMachineArn": "ours", "type": "STANDARD"},
            {"name": f"{OTHER}-backfill", "stateMachineArn": "anothers", "type": "STANDARD"},
        ]
    },
    "list_executions": {"executions": [{"executionArn": "arn:ours:1"}]},
    "describe_stacks": {"Stacks": [{"StackId": "id", "StackStatus": "DELETE_COMPLETE"}]},
    "list_queues": {"QueueUrls": [f"https://sqs/{NAME.text}-inbox"]},
    "describe_log_groups": {"logGroups": [{"logGroupName": f"/aws/lambda/{NAME.text}-Late"}]},
    "list_buckets": {"Buckets": [{"Name": f"{NAME.text}-1-eu-west-1"}, {"Name": f"{OTHER}-results"}]},
}
WHAT_IS_REMOVED = [
    "lambda delete_event_source_mapping",
    "stepfunctions stop_execution",
    "cloudformation describe_stacks",
    "cloudformation describe_stacks",
    "sqs delete_queue",
    "logs delete_log_group",
    "logs delete_log_group",
    "s3 delete_bucket",
]


def taken_down(*refused: str) -> tuple[list[str], dict[str, str]]:
    """What was removed, in order, and what was left."""
    calls: list[str] = []

    class Session:
        region_name = "eu-west-1"

        def client(self, service: str) -> Pages:
            return Pages(service, calls, FOUND, set(refused))

    session: Any = Session()
    left = Teardown(NAME, session, "1", 0, lambda _: None).run()
    return [call for call in calls if call in WHAT_IS_REMOVED], left


def test_what_starts_things_goes_before_what_holds_them_and_buckets_go_last() -> None:
    removed, left = taken_down()

    assert removed == WHAT_IS_REMOVED
    assert left == {}


@pytest.mark.parametrize(
    ("refused", "left"),
    [
        ("list_event_source_mappings", "the consumers of the tenants' queues"),
        ("delete_event_source_mapping", f"mapping ours of arn:aws:sqs:eu-west-1:1:{NAME.text}-first.fifo"),
        ("stop_execution", "arn:ours:1"),
        ("delete_queue", f"queue https://sqs/{NAME.text}-inbox"),
        ("delete_log_group", f"log group /aws/lambda/{NAME.text}-Late"),
        ("delete_bucket", f"bucket {NAME.text}-1-eu-west-1"),
        ("list_buckets", "buckets"),
    ],
)
def test_what_cannot_be_removed_is_named_and_all_else_is_removed(refused: str, left: str) -> None:
    removed, named = taken_down(refused)

    assert list(named) == [left]
    assert "not yours" in named[left]
    assert removed[-1].startswith("s3") or refused == "list_buckets"
    assert len([call for call in removed if call == "cloudformation describe_stacks"]) == 2


def test_stacks_that_cannot_be_deleted_are_both_named_and_the_queues_go_all_the_same() -> None:
    removed, named = taken_down("describe_stacks")

    assert list(named) == [f"the stack {NAME.text}", f"the stack {NAME.simulator_stack}"]
    assert "sqs delete_queue" in removed


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """All but stacks, which moto does not have here: tests/e2e/test_acceptance.py deletes them in the emulator."""
    monkeypatch.setattr("acceptance.teardown.delete_stack", lambda *_, **__: None)
    with mock_aws():
        yield boto3.Session(region_name="us-east-1")


def make_all(session: boto3.Session, name: str) -> None:
    """Of each kind one, under a name."""
    session.client("sqs").create_queue(QueueName=f"{name}-first.fifo", Attributes={"FifoQueue": "true"})
    session.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}-Late")
    s3 = session.client("s3")
    s3.create_bucket(Bucket=f"{name}-results-first")
    for number in range(3):
        s3.put_object(Bucket=f"{name}-results-first", Key=str(number), Body=b"")
    role = session.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    states = session.client("stepfunctions")
    arn = states.create_state_machine(name=f"{name}-backfill", definition=json.dumps(MACHINE), roleArn=role)
    states.start_execution(stateMachineArn=arn["stateMachineArn"])


def what_is_there(session: boto3.Session) -> dict[str, list[str]]:
    states = session.client("stepfunctions")
    machines = states.list_state_machines()["stateMachines"]
    return {
        "queues": [url.rpartition("/")[2] for url in session.client("sqs").list_queues().get("QueueUrls", [])],
        "logs": [each["logGroupName"] for each in session.client("logs").describe_log_groups()["logGroups"]],
        "buckets": [each["Name"] for each in session.client("s3").list_buckets()["Buckets"]],
        "running": [
            machine["name"]
            for machine in machines
            for _ in states.list_executions(stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING")[
                "executions"
            ]
        ],
    }


def test_all_of_that_name_goes_and_a_deployment_beside_it_stays_as_it_is(account: boto3.Session) -> None:
    make_all(account, OTHER)
    before = what_is_there(account)
    make_all(account, NAME.text)

    left = Teardown(NAME, account, "123456789012", 0, lambda _: None).run()

    assert left == {}
    assert what_is_there(account) == before


def test_what_is_gone_already_can_be_taken_down_again(account: boto3.Session) -> None:
    assert Teardown(Name("wfm-acceptance-000000"), account, "123456789012", 0, lambda _: None).run() == {}
