import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from wfm.client.adapters.lifecycle_machine import NONE, OVER, STOPPED, LifecycleMachine
from wfm.client.records import Request

DEFINITION = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}


@pytest.fixture
def stepfunctions(aws: None) -> Any:
    return boto3.client("stepfunctions")


@pytest.fixture
def machine(stepfunctions: Any) -> str:
    role = "arn:aws:iam::123456789012:role/any"
    made = stepfunctions.create_state_machine(name="lifecycle", definition=json.dumps(DEFINITION), roleArn=role)
    arn: str = made["stateMachineArn"]
    return arn


def request(request_id: str, **fields: Any) -> Request:
    return Request.from_row({"customerId": "acme", "requestId": request_id, "status": "RUNNING", **fields})


def test_the_execution_of_a_request_is_stopped_once(stepfunctions: Any, machine: str) -> None:
    started = stepfunctions.start_execution(stateMachineArn=machine, name="acme.r1")["executionArn"]
    lifecycle = LifecycleMachine(stepfunctions, machine)

    reported = [lifecycle.stop(request("r1"), "because") for _ in range(2)]

    assert reported == [STOPPED, OVER]
    assert stepfunctions.describe_execution(executionArn=started)["status"] == "ABORTED"


def test_an_execution_that_was_started_by_hand_is_known_by_its_row(stepfunctions: Any, machine: str) -> None:
    started = stepfunctions.start_execution(stateMachineArn=machine, name="by-hand")["executionArn"]

    reported = LifecycleMachine(stepfunctions, machine).stop(request("r1", executionArn=started), "because")

    assert reported == STOPPED


def test_a_request_that_has_not_begun_has_no_execution(stepfunctions: Any, machine: str) -> None:
    assert LifecycleMachine(stepfunctions, machine).stop(request("r1"), "because") == NONE


def test_an_execution_that_is_not_described_yet_is_stopped_all_the_same(machine: str) -> None:
    client = boto3.client("stepfunctions")
    with Stubber(client) as stub:
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist")
        stub.add_response("stop_execution", {"stopDate": datetime.now(UTC)})

        reported = LifecycleMachine(client, machine).stop(request("r1"), "because")

    assert reported == STOPPED
