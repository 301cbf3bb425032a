"""What Step Functions knows of executions, on moto."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from functions.aws.stopped_executions import StoppedExecutions
from wfm.model.stopped_executions import Recalled, StoppedExecution, from_event
from wfm.model.sweeps import EVER

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

    assert executions.running(machine).keys() == {running}
    (found,) = executions.ended(machine, EVER)
    assert (found.arn, found.began <= found.ended) == (stopped, True)


@pytest.mark.parametrize(("begun_since", "pages"), [(0, 3), (150, 2), (250, 1)])
def test_pages_of_what_began_before_are_not_read(
    states: "SFNClient", sqs: "SQSClient", begun_since: int, pages: int
) -> None:
    """Three full pages of failures, of which each began a second before the one above it."""
    calls: list[Any] = []
    executions = [an_ended(second) for second in range(299, -1, -1)]

    def answer(params: Any, **_: object) -> Any:
        body = json.loads(params["body"])
        calls.append(body)
        first = int(body.get("nextToken", 0))
        of_status = executions if body["statusFilter"] == "FAILED" else []
        more = {"nextToken": str(first + 100)} if first + 100 < len(of_status) else {}
        return SimpleNamespace(status_code=200), {"executions": of_status[first : first + 100], **more}

    states.meta.events.register("before-call.sfn.ListExecutions", answer)
    found = list(StoppedExecutions(states, sqs).ended("arn:machine", at(begun_since)))

    failed = [call for call in calls if call["statusFilter"] == "FAILED"]
    assert (len(failed), len(found)) == (pages, 100 * pages)
    assert {call["maxResults"] for call in calls} == {1000}
    assert len(calls) == pages + 2, "one call each where nothing was aborted or timed out"


def at(second: int) -> datetime:
    return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=second)


def an_ended(second: int) -> dict[str, Any]:
    about = {"executionArn": f"arn:{second}", "stateMachineArn": "arn:machine", "name": str(second), "status": "FAILED"}
    return {**about, "startDate": at(second), "stopDate": at(second + 5)}


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


def answers(states: "SFNClient", operation: str, *pages: Any) -> None:
    """What Step Functions says, page by page."""
    left = list(pages)

    def answer(**_: object) -> Any:
        return SimpleNamespace(status_code=200), left.pop(0)

    states.meta.events.register(f"before-call.sfn.{operation}", answer)


def left_state(name: str, answer: object) -> dict[str, Any]:
    output = json.dumps({"ExecutedVersion": "$LATEST", "Payload": answer, "StatusCode": 200})
    return {"type": "TaskStateExited", "stateExitedEventDetails": {"name": name, "output": output}}


PREPARED = {"customerId": "acme", "workflowId": "reach", "priority": "interactive", "arrival": "a", "traceId": "t"}


def test_a_history_tells_of_the_run_and_of_what_was_asked(states: "SFNClient", sqs: "SQSClient") -> None:
    odd = {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "Odd", "output": "no JSON"}}
    submitted = left_state("SubmitExecution", {"workflowExecutionId": "x1"})
    first = {"events": [left_state("PrepareExecution", PREPARED), odd], "nextToken": "more"}
    answers(states, "GetExecutionHistory", first, {"events": [submitted]})

    found = StoppedExecutions(states, sqs).recall("arn:execution")

    assert found == Recalled("x1", "reach", "interactive", "a", "t")


def test_a_history_without_a_run_tells_nothing(states: "SFNClient", sqs: "SQSClient", machine: str) -> None:
    answers(states, "GetExecutionHistory", {"events": [left_state("PrepareExecution", PREPARED)]})

    assert StoppedExecutions(states, sqs).recall("arn:execution") is None


def test_an_execution_that_nobody_knows_any_more_tells_nothing(
    states: "SFNClient", sqs: "SQSClient", machine: str
) -> None:
    gone = f"{machine.replace(':stateMachine:', ':execution:')}:gone"

    assert StoppedExecutions(states, sqs).recall(gone) is None


def test_those_that_succeeded_are_listed_where_they_are_wanted(
    states: "SFNClient", sqs: "SQSClient", machine: str
) -> None:
    asked: list[str] = []

    def answer(params: Any, **_: object) -> Any:
        asked.append(json.loads(params["body"])["statusFilter"])
        return SimpleNamespace(status_code=200), {"executions": []}

    states.meta.events.register("before-call.sfn.ListExecutions", answer)
    list(StoppedExecutions(states, sqs).ended(machine, EVER, succeeded=True))

    assert asked == ["ABORTED", "FAILED", "TIMED_OUT", "SUCCEEDED"]
