import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.tasks import StepFunctions, with_own_traces
from tests.adapters.builders import MACHINE, a_waiter
from wfm.errors import NotReadyYet

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

OVER = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"]


@pytest.fixture(scope="session")
def client(session: boto3.Session) -> "SFNClient":
    return session.client("stepfunctions")


@pytest.fixture
def tasks(client: "SFNClient") -> StepFunctions:
    return StepFunctions(client, sleep=lambda _: None)


@pytest.fixture
def stub(client: "SFNClient") -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def machine(client: "SFNClient") -> str:
    role = "arn:aws:iam::123456789012:role/machine"
    return client.create_state_machine(name="lifecycle", definition='{"StartAt":"A"}', roleArn=role)["stateMachineArn"]


def test_an_execution_is_started_with_its_name_and_input(
    tasks: StepFunctions, client: "SFNClient", machine: str
) -> None:
    arn = tasks.start(machine, "acme.r1", {"customerId": "acme", "requestId": "r1"})

    execution = client.describe_execution(executionArn=arn)
    assert (execution["stateMachineArn"], execution["name"]) == (machine, "acme.r1")
    assert json.loads(execution["input"]) == {"customerId": "acme", "requestId": "r1"}


def test_a_name_that_was_used_starts_nothing_and_is_a_success(
    tasks: StepFunctions, client: "SFNClient", machine: str
) -> None:
    first = tasks.start(machine, "acme.r1", {"customerId": "acme"})
    again = tasks.start(machine, "acme.r1", {"customerId": "another"})

    assert again == first
    assert len(client.list_executions(stateMachineArn=machine)["executions"]) == 1


def test_a_name_is_used_up_once_its_execution_is_older_than_the_request(
    tasks: StepFunctions, client: "SFNClient", machine: str
) -> None:
    an_hour_ago, in_an_hour = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))

    assert tasks.start_new(machine, "acme.r1", {"requestId": "r1"}, an_hour_ago)
    assert tasks.start_new(machine, "acme.r1", {"requestId": "other"}, an_hour_ago)
    assert not tasks.start_new(machine, "acme.r1", {"requestId": "other"}, in_an_hour)
    assert len(client.list_executions(stateMachineArn=machine)["executions"]) == 1


def test_an_execution_goes_on_with_its_own_trace_and_not_with_that_of_the_lambda(
    session: boto3.Session, machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "StartExecution")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-00000000-000000000000000000000000;Sampled=0")
    sent: list[str] = []
    client = with_own_traces(session.client("stepfunctions"))
    client.meta.events.register("before-send.sfn.StartExecution", lambda request, **_: sent.append(traces_of(request)))
    tasks, long_ago = StepFunctions(client), datetime(2026, 1, 1, tzinfo=UTC)

    tasks.start_new(machine, "with", {}, long_ago, "Root=1-69247b3c-5b1f2a0c9d8e7f6a5b4c3d2e")
    tasks.start_new(machine, "without", {}, long_ago)

    assert sent == [
        "Root=1-69247b3c-5b1f2a0c9d8e7f6a5b4c3d2e",
        "Root=1-00000000-000000000000000000000000;Sampled=0",
    ]


def traces_of(request: Any) -> str:
    """What stands in the HTTP header by which AWS knows a trace."""
    value = request.headers["X-Amzn-Trace-Id"]
    return value.decode() if isinstance(value, bytes) else value


def test_a_machine_that_is_not_there_is_an_error(tasks: StepFunctions) -> None:
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        tasks.start(MACHINE, "acme.r1", {})


def test_an_execution_runs_until_it_ends(tasks: StepFunctions, client: "SFNClient", machine: str) -> None:
    arn = tasks.start(machine, "acme.r1", {})

    before = tasks.is_running(arn)
    client.stop_execution(executionArn=arn)

    assert (before, tasks.is_running(arn)) == (True, False)


def test_an_execution_that_is_not_there_does_not_run(tasks: StepFunctions) -> None:
    assert not tasks.is_running(a_waiter().execution_arn)


@pytest.mark.parametrize("unseen", [0, 1, 3])
def test_an_execution_that_has_just_begun_runs_though_it_is_not_seen_yet(
    tasks: StepFunctions, stub: Stubber, unseen: int
) -> None:
    for _ in range(unseen):
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist")
    seen = {"executionArn": MACHINE, "stateMachineArn": MACHINE, "status": "RUNNING", "startDate": datetime.now(UTC)}
    stub.add_response("describe_execution", seen)

    assert tasks.is_running("arn")


@pytest.mark.parametrize(("code", "answer"), [("ThrottlingException", True), ("AccessDeniedException", None)])
def test_an_execution_runs_as_far_as_anybody_knows_while_step_functions_throttles_the_question(
    tasks: StepFunctions, client: "SFNClient", monkeypatch: pytest.MonkeyPatch, code: str, answer: bool | None
) -> None:
    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "Rate exceeded"}}, "DescribeExecution")

    monkeypatch.setattr(client, "describe_execution", refuse)

    if answer is None:
        with pytest.raises(ClientError):
            tasks.is_running("e")
    else:
        assert tasks.is_running("e") is answer


def test_the_input_of_an_execution_is_kept(tasks: StepFunctions, machine: str) -> None:
    arn = tasks.start(machine, "q1", {"customerIds": ["acme"]})

    assert json.loads(tasks.input_of(arn)) == {"customerIds": ["acme"]}


@pytest.mark.parametrize(("answered", "error"), [({"error": "BackfillPaused"}, "BackfillPaused"), ({}, "")])
def test_the_error_with_which_an_execution_was_stopped_is_told(
    tasks: StepFunctions, stub: Stubber, answered: dict[str, str], error: str
) -> None:
    shown = {
        "executionArn": "e",
        "stateMachineArn": "m",
        "status": "ABORTED",
        "startDate": datetime(2026, 11, 23, tzinfo=UTC),
    }
    with stub:
        stub.add_response("describe_execution", shown | answered, {"executionArn": "e"})

        assert tasks.error_of("e") == error


def test_an_execution_is_stopped_with_its_cause(tasks: StepFunctions, client: "SFNClient", machine: str) -> None:
    arn = tasks.start(machine, "acme.r1", {})

    assert tasks.stop(arn, "the backfill q1 was stopped")

    assert client.describe_execution(executionArn=arn)["status"] == "ABORTED"


@pytest.mark.parametrize("code", ["ExecutionDoesNotExist", "ValidationException"])
def test_what_does_not_run_is_not_stopped(tasks: StepFunctions, stub: Stubber, code: str) -> None:
    stub.add_client_error("stop_execution", code, expected_params={"executionArn": "arn", "cause": "why"})

    assert not tasks.stop("arn", "why")


@pytest.mark.parametrize(("code", "error"), [("ThrottlingException", NotReadyYet), ("AccessDenied", ClientError)])
def test_an_execution_that_could_not_be_stopped_is_an_error(
    tasks: StepFunctions, stub: Stubber, code: str, error: type[Exception]
) -> None:
    stub.add_client_error("stop_execution", code)

    with pytest.raises(error):
        tasks.stop("arn", "why")


def test_a_token_is_answered_with_json(tasks: StepFunctions, stub: Stubber) -> None:
    stub.add_response("send_task_success", {}, {"taskToken": "token", "output": '{"status": "SUCCEEDED"}'})

    assert tasks.succeed("token", {"status": "SUCCEEDED"})


@pytest.mark.parametrize("code", OVER)
def test_a_token_that_nobody_waits_with_is_no_success(tasks: StepFunctions, stub: Stubber, code: str) -> None:
    stub.add_client_error("send_task_success", code)

    assert not tasks.succeed("token", {})


def test_an_answer_that_did_not_get_through_is_an_error(tasks: StepFunctions, stub: Stubber) -> None:
    stub.add_client_error("send_task_success", "AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDenied"):
        tasks.succeed("token", {})


def test_a_heartbeat_is_given(tasks: StepFunctions, stub: Stubber) -> None:
    stub.add_response("send_task_heartbeat", {}, {"taskToken": "token"})

    tasks.send_heartbeat("token")


@pytest.mark.parametrize("code", OVER)
def test_a_heartbeat_for_nobody_is_nothing(tasks: StepFunctions, stub: Stubber, code: str) -> None:
    stub.add_client_error("send_task_heartbeat", code)

    tasks.send_heartbeat("token")


def test_a_heartbeat_that_did_not_get_through_is_an_error(tasks: StepFunctions, stub: Stubber) -> None:
    stub.add_client_error("send_task_heartbeat", "AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDenied"):
        tasks.send_heartbeat("token")


def test_waking_answers_the_token_and_asks_nobody(tasks: StepFunctions, stub: Stubber) -> None:
    stub.add_response("send_task_success", {}, {"taskToken": "token-r1", "output": '{"granted": true}'})

    assert tasks.notify(a_waiter())


@pytest.mark.parametrize(("status", "awake"), [("RUNNING", True), ("ABORTED", False), ("SUCCEEDED", False)])
def test_when_the_token_was_used_the_execution_itself_tells_whether_it_continues(
    tasks: StepFunctions, stub: Stubber, status: str, awake: bool
) -> None:
    arn = a_waiter().execution_arn
    stub.add_client_error("send_task_success", "TaskTimedOut")
    answer = {"executionArn": arn, "stateMachineArn": MACHINE, "status": status, "startDate": 0}
    stub.add_response("describe_execution", answer, {"executionArn": arn})

    assert tasks.notify(a_waiter()) is awake
