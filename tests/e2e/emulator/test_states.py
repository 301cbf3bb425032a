"""Step Functions: task tokens, ends of executions, JSONata, retries, history."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from tests.e2e.emulator.account import (
    LONG,
    TIMEOUT_SCALE,
    Account,
    eventually,
    sdk_task,
    task,
    unique,
    waiting_task,
)

SENDS_TOKEN_THEN_FAILS = """
    class GateBroken(Exception):
        pass

    def handler(event, context):
        raise GateBroken(event["token"])
"""


def test_an_answered_token_ends_its_task(emulator: Emulator) -> None:
    account = Account(emulator)
    queue = account.queue()
    execution = account.start(account.machine({"Wait": waiting_task(queue, TimeoutSeconds=LONG)}))
    token = _token(account, queue)

    account.states.send_task_success(taskToken=token, output='{"answer": 42}')

    assert json.loads(account.ended(execution)["output"]) == {"answer": 42}


def test_a_silent_task_fails_with_a_heartbeat_timeout(emulator: Emulator) -> None:
    account = Account(emulator)
    queue = account.queue()
    catch = {"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Silent"}
    machine = account.machine(
        {
            "Wait": waiting_task(queue, TimeoutSeconds=LONG, HeartbeatSeconds=100, Catch=[catch]),
            "Silent": {"Type": "Pass", "Output": "silent", "End": True},
        }
    )

    execution = account.run(machine)

    assert json.loads(execution["output"]) == "silent"


def test_a_heartbeat_keeps_a_task_alive(emulator: Emulator) -> None:
    account = Account(emulator)

    eventually(lambda: _outlives_a_silent_one(account, seconds=100))


def _outlives_a_silent_one(account: Account, seconds: int) -> bool:
    """Of two equal tasks the one that sends heartbeats goes on; False if this process was too slow to send them."""
    queue = account.queue()
    machine = account.machine({"Wait": waiting_task(queue, TimeoutSeconds=LONG, HeartbeatSeconds=seconds)})
    sent, executions = [time.monotonic()], [account.start(machine) for _ in range(2)]
    token = account.bodies(queue, 2)[0]["token"]

    def is_one_left() -> bool:
        sent.append(time.monotonic())
        account.states.send_task_heartbeat(taskToken=token)
        return account.running(*executions) == 1

    try:
        eventually(is_one_left)
        account.states.send_task_success(taskToken=token, output="1")
    except account.states.exceptions.TaskTimedOut:
        assert time.monotonic() - sent[-2] >= seconds * TIMEOUT_SCALE
        return False
    assert sorted(account.ended(execution)["status"] for execution in executions) == ["FAILED", "SUCCEEDED"]
    return True


def test_a_task_token_times_out_on_the_scaled_clock(emulator: Emulator) -> None:
    account = Account(emulator)
    queue = account.queue()
    started = time.monotonic()

    execution = account.run(account.machine({"Wait": waiting_task(queue, TimeoutSeconds=100)}))

    assert execution["error"] == "States.Timeout"
    assert time.monotonic() - started >= 100 * TIMEOUT_SCALE


def test_a_token_is_answered_once(emulator: Emulator) -> None:
    account = Account(emulator)
    queue = account.queue()
    execution = account.start(account.machine({"Wait": waiting_task(queue, TimeoutSeconds=LONG)}))
    token = _token(account, queue)
    account.states.send_task_success(taskToken=token, output='"first"')

    with pytest.raises(ClientError) as refusal:
        account.states.send_task_failure(taskToken=token, error="Second", cause="")

    assert _code(refusal.value) == "TaskTimedOut"
    assert json.loads(account.ended(execution)["output"]) == "first"


def test_a_token_of_a_stopped_execution_has_timed_out(emulator: Emulator) -> None:
    account = Account(emulator)
    queue = account.queue()
    execution = account.start(account.machine({"Wait": waiting_task(queue, TimeoutSeconds=LONG)}))
    token = _token(account, queue)
    account.states.stop_execution(executionArn=execution)

    with pytest.raises(ClientError) as refusal:
        account.states.send_task_success(taskToken=token, output="1")

    assert _code(refusal.value) == "TaskTimedOut"
    assert account.ended(execution)["status"] == "ABORTED"


def test_a_token_never_given_out_is_invalid(emulator: Emulator) -> None:
    with pytest.raises(ClientError) as refusal:
        emulator.client("stepfunctions").send_task_success(taskToken="made-up", output="1")

    assert _code(refusal.value) == "InvalidToken"


def test_each_attempt_has_its_own_token(emulator: Emulator) -> None:
    account = Account(emulator)
    queue = account.queue()
    retry = {"ErrorEquals": ["TryAgain"], "MaxAttempts": 1, "IntervalSeconds": 1}
    account.start(account.machine({"Wait": waiting_task(queue, TimeoutSeconds=LONG, Retry=[retry])}))
    first = _token(account, queue)

    account.states.send_task_failure(taskToken=first, error="TryAgain", cause="")

    assert _token(account, queue) != first


def test_a_lambda_that_fails_to_take_a_token_fails_its_task(emulator: Emulator) -> None:
    account = Account(emulator)

    execution = account.run(account.machine({"Wait": _lambda_waiting_task(account)}))

    assert execution["error"] == "GateBroken"


def test_a_machine_that_runs_out_of_time_is_timed_out(emulator: Emulator) -> None:
    account = Account(emulator)
    machine = account.machine({"Wait": waiting_task(account.queue(), TimeoutSeconds=LONG)}, TimeoutSeconds=100)

    execution = account.run(machine)

    assert execution["status"] == "TIMED_OUT"
    assert account.history(execution["executionArn"])[-1]["type"] == "ExecutionTimedOut"


def test_a_stopped_execution_makes_no_further_attempt_and_stays_aborted(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function("def handler(event, context): raise ValueError")
    retry = {"ErrorEquals": ["ValueError"], "MaxAttempts": 9999, "IntervalSeconds": 2, "BackoffRate": 1}
    execution = account.start(account.machine({"Try": task(function, Retry=[retry])}))
    eventually(lambda: len(_attempts(account, execution)) >= 2)

    account.states.stop_execution(executionArn=execution, error="Stopped", cause="by hand")

    attempts = len(_attempts(account, execution))
    account.run(account.machine({"LongerThanTheInterval": {"Type": "Wait", "Seconds": 6, "End": True}}))
    assert len(_attempts(account, execution)) == attempts
    assert account.ended(execution)["status"] == "ABORTED"


def test_a_stopped_execution_whose_task_fails_stays_aborted(emulator: Emulator) -> None:
    account = Account(emulator)
    execution = _stopped_while_its_task_fails(account)

    assert _entry_types(account, execution)[-2:] == ["ExecutionAborted", "TaskFailed"]
    assert account.ended(execution)["status"] == "ABORTED"


def test_the_output_of_a_succeed_state_is_the_executions_output(emulator: Emulator) -> None:
    assert _output_of_succeed(Account(emulator)) == {"sum": 3}


def test_a_machine_can_map_a_queue_to_a_function_and_wait_until_it_is_enabled(emulator: Emulator) -> None:
    account = Account(emulator)
    function, queue = account.function("handler = lambda event, context: None"), account.queue()
    arguments = {"FunctionName": function, "EventSourceArn": account.queue_arn(queue), "BatchSize": 5}
    look = sdk_task("lambda:getEventSourceMapping", {"Uuid": "{% $states.input.Uuid %}"})
    machine = account.machine(
        {"Create": sdk_task("lambda:createEventSourceMapping", arguments, Next="Look"), "Look": look}
    )

    mapping = json.loads(account.run(machine)["output"])

    assert mapping["State"] == "Enabled"
    assert mapping["BatchSize"] == 5
    assert mapping["EventSourceArn"] == account.queue_arn(queue)


def test_a_machine_can_manage_schedules_and_catch_their_errors(emulator: Emulator) -> None:
    account = Account(emulator)
    schedule = {
        "Name": unique("schedule"),
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": account.queue_arn(account.queue()), "RoleArn": account.role(), "Input": "{}"},
    }
    machine = account.machine({"Create": sdk_task("scheduler:createSchedule", schedule)})

    first, second = account.run(machine), account.run(machine)

    assert json.loads(first["output"])["ScheduleArn"].endswith(schedule["Name"])
    assert second["error"] == "Scheduler.ConflictException"


def test_retries_wait_no_longer_than_their_cap(emulator: Emulator) -> None:
    account = Account(emulator)
    retry = {"ErrorEquals": ["ValueError"], "IntervalSeconds": 1000, "BackoffRate": 10, "MaxAttempts": 2}
    capped = {**retry, "MaxDelaySeconds": 2, "JitterStrategy": "FULL"}
    function = account.function("def handler(event, context): raise ValueError")

    execution = account.run(account.machine({"Try": task(function, Retry=[capped])}))

    assert len(_attempts(account, execution["executionArn"])) == 3


def test_executions_start_at_once(emulator: Emulator, unpatched: Emulator) -> None:
    """The package sleeps 0.15 seconds before each."""
    late = next(_runs(Account(unpatched)))
    runs = _runs(Account(emulator))

    assert late >= 0.15
    assert eventually(lambda: next(runs) < late)


def test_the_history_has_one_entry_for_each_state_entered(emulator: Emulator) -> None:
    account = Account(emulator)
    choice = {"Condition": "{% $states.input.n > 1 %}", "Next": "Rest"}
    machine = account.machine(
        {
            "Count": task(account.function("handler = lambda event, context: {'n': 2}"), Next="Unpack"),
            "Unpack": {"Type": "Pass", "Output": "{% $states.input.Payload %}", "Next": "IsMany"},
            "IsMany": {"Type": "Choice", "Choices": [choice], "Default": "Done"},
            "Rest": {"Type": "Wait", "Seconds": 0, "Next": "Failed"},
            "Failed": {"Type": "Fail", "Error": "TooMany", "Cause": "of them"},
            "Done": {"Type": "Succeed"},
        }
    )

    failed = account.run(machine)

    entered = [e["type"] for e in account.history(failed["executionArn"]) if e["type"].endswith("StateEntered")]
    assert entered == [f"{kind}StateEntered" for kind in ("Task", "Pass", "Choice", "Wait", "Fail")]
    assert failed["error"] == "TooMany"


def test_without_patches_a_machine_cannot_manage_schedules(unpatched: Emulator) -> None:
    account = Account(unpatched)

    execution = account.run(account.machine({"List": sdk_task("scheduler:listSchedules", {})}))

    assert execution["error"] == "States.Runtime"


def test_without_patches_heartbeats_are_ignored(unpatched: Emulator) -> None:
    account = Account(unpatched)
    machine = account.machine({"Wait": waiting_task(account.queue(), TimeoutSeconds=2, HeartbeatSeconds=1)})

    assert account.run(machine)["error"] == "States.Timeout"


def test_without_patches_an_answer_for_a_stopped_execution_is_accepted(unpatched: Emulator) -> None:
    account = Account(unpatched)
    queue = account.queue()
    execution = account.start(account.machine({"Wait": waiting_task(queue, TimeoutSeconds=LONG)}))
    token = _token(account, queue)
    account.states.stop_execution(executionArn=execution)

    account.states.send_task_success(taskToken=token, output="1")


def test_without_patches_a_lambda_that_fails_to_take_a_token_is_waited_for(unpatched: Emulator) -> None:
    account = Account(unpatched)

    execution = account.run(account.machine({"Wait": {**_lambda_waiting_task(account), "TimeoutSeconds": 1}}))

    assert execution["error"] == "States.Timeout"


def test_without_patches_a_machine_never_runs_out_of_time(unpatched: Emulator) -> None:
    account = Account(unpatched)
    wait = {"Type": "Wait", "Seconds": 15, "End": True}

    assert account.run(account.machine({"Rest": wait}, TimeoutSeconds=1))["status"] == "SUCCEEDED"


def test_without_patches_a_stopped_execution_turns_to_failed(unpatched: Emulator) -> None:
    account = Account(unpatched)
    execution = _stopped_while_its_task_fails(account)

    eventually(lambda: account.ended(execution)["status"] == "FAILED")


def test_without_patches_the_output_of_a_succeed_state_is_ignored(unpatched: Emulator) -> None:
    assert _output_of_succeed(Account(unpatched)) == {}


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _token(account: Account, queue: str) -> str:
    return str(account.bodies(queue, 1)[0]["token"])


def _attempts(account: Account, execution: str) -> list[Any]:
    return [event for event in account.history(execution) if event["type"] == "TaskScheduled"]


def _lambda_waiting_task(account: Account) -> dict[str, Any]:
    payload = {"token": "{% $states.context.Task.Token %}"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"FunctionName": account.function(SENDS_TOKEN_THEN_FAILS), "Payload": payload},
        "TimeoutSeconds": LONG,
        "End": True,
    }


def _entry_types(account: Account, execution: str) -> list[str]:
    return [str(event["type"]) for event in account.history(execution)]


def _stopped_while_its_task_fails(account: Account) -> str:
    """Stop an execution while its Lambda runs, then let the Lambda fail; returns the execution."""
    queue = account.queue()
    function = account.function(
        f"""
        import boto3

        def handler(event, context):
            sqs = boto3.client("sqs")
            while not sqs.receive_message(QueueUrl={queue!r}, WaitTimeSeconds=1).get("Messages"):
                pass
            raise ValueError("after the stop")
        """
    )
    execution = account.start(account.machine({"Fail": task(function)}))
    eventually(lambda: _attempts(account, execution))
    account.states.stop_execution(executionArn=execution)
    account.queues.send_message(QueueUrl=queue, MessageBody="go on")
    eventually(lambda: "TaskFailed" in _entry_types(account, execution))
    return execution


def _output_of_succeed(account: Account) -> Any:
    machine = account.machine({"Done": {"Type": "Succeed", "Output": {"sum": "{% 1 + 2 %}"}}})
    return json.loads(account.run(machine)["output"])


def _runs(account: Account) -> Iterator[float]:
    """Seconds from an execution's start to its end, by its own dates, over and over."""
    machine = account.machine({"Nothing": {"Type": "Pass", "End": True}})
    while run := account.run(machine):
        yield (run["stopDate"] - run["startDate"]).total_seconds()
