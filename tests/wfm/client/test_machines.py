import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from wfm.client.adapters.onboarding_machine import OnboardingMachine
from wfm.client.adapters.sync_machine import SyncMachine
from wfm.client.adapters.tracking_machine import TrackingMachine

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:onboarding"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def listed(name: str, started: int, ended: int | None) -> dict[str, Any]:
    """An execution as Step Functions lists it; times are minutes after noon."""
    status = "RUNNING" if ended is None else "SUCCEEDED"
    item: dict[str, Any] = {"executionArn": f"arn:{name}", "stateMachineArn": ARN, "name": name, "status": status}
    item["startDate"] = NOON + timedelta(minutes=started)
    return item | ({} if ended is None else {"stopDate": NOON + timedelta(minutes=ended)})


def test_only_the_customers_own_executions_since_then_are_found_and_older_pages_are_not_asked_for() -> None:
    client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    own, long, other = f"acme-{'a' * 32}", f"acme-{'b' * 32}", f"acme-{'c' * 32}-{'c' * 32}"
    page = [listed(own, 20, None), listed(long, 5, 18), listed(other, 14, 16), listed(f"acme-{'d' * 32}", 12, 15)]
    old = listed(f"acme-{'e' * 32}", 1, 9)
    with Stubber(client) as stub:
        asked = {"stateMachineArn": ARN, "maxResults": 1000}
        stub.add_response("list_executions", {"executions": [*page, old], "nextToken": "more"}, asked)

        found = OnboardingMachine(client, ARN).executions("acme", NOON + timedelta(minutes=10))

    assert [execution.arn[-1] for execution in found] == ["d", "a"]
    assert [execution.status for execution in found] == ["SUCCEEDED", "RUNNING"]


def test_executions_of_the_machine_to_which_a_tenant_is_handed_are_found_too() -> None:
    client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    handed, removed = listed(f"acme-{'a' * 32}", 1, 2), listed(f"acme-{'b' * 32}", 2, None)
    with Stubber(client) as stub:
        for arn, item in ((ARN, handed), (f"{ARN}-off", removed)):
            asked = {"stateMachineArn": arn, "maxResults": 1000}
            stub.add_response("list_executions", {"executions": [item]}, asked)

        found = OnboardingMachine(client, ARN, f"{ARN}-off").executions("acme", NOON)

    assert [execution.status for execution in found] == ["SUCCEEDED", "RUNNING"]


@pytest.fixture
def machine(aws: None) -> Any:
    client = boto3.client("stepfunctions")
    definition = {"StartAt": "A State", "States": {"A State": {"Type": "Succeed"}}}
    role = "arn:aws:iam::123456789012:role/machine"
    client.create_state_machine(name="onboarding", definition=json.dumps(definition), roleArn=role)
    return OnboardingMachine(client, ARN)


def test_an_execution_that_is_started_here_is_found_by_its_customer_and_tells_its_states(machine: Any) -> None:
    since = machine.start("acme")

    (execution,) = machine.executions("acme", since)
    assert machine.executions("acm", since) == []
    assert [step.state for step in machine.entered(execution.arn)] == ["A State"]
    assert machine.cause(execution.arn) is None
    described = boto3.client("stepfunctions").describe_execution(executionArn=execution.arn)
    assert json.loads(described["input"]) == {"customerId": "acme"}


def test_two_starts_are_two_executions(machine: Any) -> None:
    since = machine.start("acme")
    machine.start("acme")

    assert len({execution.arn for execution in machine.executions("acme", since)}) == 2


def test_a_sync_that_is_started_here_tells_how_it_stands_and_what_it_took(machine: Any) -> None:
    sync = SyncMachine(boto3.client("stepfunctions"), ARN)

    started = sync.start("acme", "reach and frequency")

    described = boto3.client("stepfunctions").describe_execution(executionArn=started)
    assert described["name"].startswith("acme-reach_and_frequency-")
    assert json.loads(described["input"]) == {"customerId": "acme", "workflowId": "reach and frequency"}
    assert sync.execution(started).arn == started
    assert [step.state for step in sync.entered(started)] == ["A State"]


@pytest.mark.parametrize(("output", "reported"), [('{"done": "created in AMC"}', "created in AMC"), ("{}", None)])
def test_what_a_sync_did_stands_in_its_output(output: str, reported: str | None) -> None:
    client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    described = {"executionArn": "arn:e", "stateMachineArn": ARN, "status": "SUCCEEDED", "startDate": NOON}
    with Stubber(client) as stub:
        stub.add_response("describe_execution", described | {"output": output})

        assert SyncMachine(client, ARN).done("arn:e") == reported


def test_the_tracker_gets_the_tenant_to_poll(machine: Any) -> None:
    TrackingMachine(boto3.client("stepfunctions"), ARN).poll("acme")

    (found,) = boto3.client("stepfunctions").list_executions(stateMachineArn=ARN)["executions"]
    described = boto3.client("stepfunctions").describe_execution(executionArn=found["executionArn"])
    assert json.loads(described["input"]) == {"customerId": "acme"}


def test_an_execution_that_has_just_begun_is_awaited() -> None:
    client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    slept: list[float] = []
    with Stubber(client) as stub:
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist")
        stub.add_response("describe_execution", listed("new", 1, None))

        found = SyncMachine(client, ARN).execution("arn:new", sleep=slept.append)

    assert (found.status, slept) == ("RUNNING", [1])
