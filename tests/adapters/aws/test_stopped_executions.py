"""What Step Functions knows of executions, on moto."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber

from functions.aws.stopped_executions import StoppedExecutions
from wfm.model.stopped_executions import StoppedExecution, from_event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

ROLE = "arn:aws:iam::123456789012:role/states"
DEFINITION = '{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}'


@pytest.fixture
def states(session: boto3.Session) -> "SFNClient":
    return session.client("stepfunctions")


@pytest.fixture
def sqs(session: boto3.Session) -> "SQSClient":
    return session.client("sqs")


@pytest.fixture
def machine(states: "SFNClient") -> str:
    return states.create_state_machine(name="wfm-backfill", definition=DEFINITION, roleArn=ROLE)["stateMachineArn"]


def start(states: "SFNClient", machine: str, name: str, *, stop: bool = False) -> str:
    arn = states.start_execution(stateMachineArn=machine, name=name, input='{"n": 1}')["executionArn"]
    if stop:
        states.stop_execution(executionArn=arn, error="Odd", cause="enough")
    return arn


def test_what_runs_and_what_was_stopped_are_told_apart(states: "SFNClient", sqs: "SQSClient", machine: str) -> None:
    running, stopped = start(states, machine, "r"), start(states, machine, "s", stop=True)
    executions = StoppedExecutions(states, sqs)
    now = datetime.now(UTC)

    assert executions.running(machine) == {running}
    assert [each.arn for each in executions.since(machine, now - timedelta(minutes=5))] == [stopped]
    assert list(executions.since(machine, now + timedelta(minutes=5))) == []


def test_a_stopped_execution_that_is_still_described_as_running_is_left_to_the_next_sweep(
    states: "SFNClient", sqs: "SQSClient"
) -> None:
    now = datetime.now(UTC)
    known = {"executionArn": "arn", "stateMachineArn": "machine", "name": "s", "startDate": now}
    with Stubber(states) as stub:
        stub.add_response("list_executions", {"executions": [{**known, "status": "ABORTED", "stopDate": now}]})
        stub.add_response("describe_execution", {**known, "status": "RUNNING"})
        for _ in range(2):
            stub.add_response("list_executions", {"executions": []})

        found = list(StoppedExecutions(states, sqs).since("machine", now - timedelta(minutes=5)))

    assert found == []


def test_an_execution_is_described_whatever_its_status(states: "SFNClient", sqs: "SQSClient", machine: str) -> None:
    running, stopped = start(states, machine, "r"), start(states, machine, "s", stop=True)
    executions = StoppedExecutions(states, sqs)

    found = executions.find(stopped)

    assert found
    assert (found.machine, found.name, found.status, found.document) == ("backfill", "s", "ABORTED", {"n": 1})
    assert [each.status for each in [executions.find(running)] if each] == ["RUNNING"]
    assert executions.find(running + "-2") is None


def test_an_event_that_was_lost_is_sent_as_eventbridge_writes_it(states: "SFNClient", sqs: "SQSClient") -> None:
    url = sqs.create_queue(QueueName="wfm-backfill-stopped")["QueueUrl"]
    stopped = StoppedExecution("e", "m", "n", "FAILED", "{}", "Odd", "why")

    StoppedExecutions(states, sqs).send("wfm-backfill-stopped", stopped)

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert from_event(message["Body"]) == stopped
    assert json.loads(message["Body"])["detail-type"] == "Step Functions Execution Status Change"
