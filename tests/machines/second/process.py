"""Step Functions by moto's interpreter, in a process of its own: a script a line in, how its execution ended out.

Parts of moto are replaced. Its evaluator of JSONata is an empty shell; `expressions` takes its place. Lambdas are
played from the script. Nothing sleeps: Waits and the pauses between tries pass at once. A Parallel may catch Step
Functions' own errors.
"""

import hashlib
import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from tests.machines.second.expressions import NothingError, evaluate
from tests.machines.second.player import Player

ROLE = "arn:aws:iam::123456789012:role/states"
PATIENCE = 60.0  # seconds; an execution has no more to wait for than a time-out of its script


class Interpreter:
    """moto's Step Functions with one script at a time."""

    def __init__(self) -> None:
        self.player = Player()
        self.client = boto3.client("stepfunctions")
        self.execution = ""
        self._machines: dict[str, str] = {}
        self._number = 0

    def run(self, script: dict[str, Any]) -> dict[str, Any]:
        self.player.begin(script["acts"])
        self._number += 1
        started = self.client.start_execution(
            stateMachineArn=self._machine(json.dumps(script["definition"])),
            name=f"execution-{self._number}",
            input=json.dumps(script["document"]),
        )
        self.execution = started["executionArn"]
        return self._ended()

    def _machine(self, definition: str) -> str:
        name = hashlib.sha256(definition.encode()).hexdigest()[:32]
        if name not in self._machines:
            made = self.client.create_state_machine(name=name, definition=definition, roleArn=ROLE)
            self._machines[name] = made["stateMachineArn"]
        return self._machines[name]

    def _ended(self) -> dict[str, Any]:
        """moto is asked by its own means: to write a history out for boto3 took longer than the execution."""
        backend = stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][self.client.meta.region_name]
        deadline = time.monotonic() + PATIENCE
        while backend.describe_execution(self.execution).status == "RUNNING":
            if time.monotonic() > deadline:
                raise TimeoutError(f"The execution did not end within {PATIENCE:.0f} seconds.")
            time.sleep(0.002)
        found = self.client.describe_execution(executionArn=self.execution)
        events = backend.get_execution_history(self.execution)["events"]
        return {
            "status": found["status"],
            "output": json.loads(found["output"]) if "output" in found else None,
            "error": found.get("error"),
            "cause": found.get("cause"),
            "states": [
                each["stateEnteredEventDetails"]["name"] for each in events if "stateEnteredEventDetails" in each
            ],
            "calls": self.player.calls,
        }

    def answer(self, token: str) -> None:
        """What the script has for the token of a Task whose Lambda has just returned."""
        act, self.player.pending = self.player.pending, {}
        if "succeeds" in act:
            self.client.send_task_success(taskToken=token, output=json.dumps(act["succeeds"]))
        if "fails" in act:
            self.client.send_task_failure(taskToken=token, error=act["fails"], cause=act["cause"])


def evaluated(node: Any, env: Any) -> None:
    """In the place of moto's shell: with the variables of both scopes, and what `$states` has in this field."""
    of_state = {key: value for key, value in env.states._states_data.items() if value is not None}
    store = env.variable_store
    try:
        value = evaluate(node.expression, {**store._outer_scope, **store._inner_scope, "states": of_state})
    except NothingError as exc:
        raise _evaluation_failed(env, str(exc)) from exc
    env.stack.append(value)


def _evaluation_failed(env: Any, cause: str) -> Exception:
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    details = EventDetails(
        evaluationFailedEventDetails=EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    )
    env.event_manager.add_event(
        context=env.event_history_context, event_type=HistoryEventType.EvaluationFailed, event_details=details
    )
    failure: Exception = FailureEventException(
        FailureEvent(env=env, error_name=name, event_type=HistoryEventType.EvaluationFailed, event_details=details)
    )
    return failure


def replace_parts(interpreter: Interpreter) -> None:
    """For all of this process."""
    original = StateTaskServiceCallback._eval_wait_for_task_token

    def wait_for_token(task: Any, **of_task: Any) -> Any:
        endpoint = of_task["callback_endpoint"]
        interpreter.answer(endpoint.callback_id)
        # moto itself would not see the answer where the task has a heartbeat.
        return endpoint.get_outcome() or original(task, **of_task)

    def invoke(parameters: dict[str, Any], region: str, state_credentials: Any) -> dict[str, Any]:
        return interpreter.player.invoke(json.loads(parameters["Payload"]))

    AmazonStateLanguageParser.parse = cache(AmazonStateLanguageParser.parse)  # else anew for each execution
    json_path.parse = cache(json_path.parse)  # else anew each time that it is looked up
    StateTaskServiceCallback._eval_wait_for_task_token = wait_for_token
    lambda_eval_utils._invoke_lambda_function = invoke
    StringJSONata._eval_body = evaluated
    branches_decl.CustomErrorName = ErrorOfBranch
    WaitFunction._wait_interval = passed_at_once
    RetrierDecl._eval_body.__globals__["time"] = _Impatient


def passed_at_once(*_: Any, **__: Any) -> None:
    """In the place of moto's Wait."""


class ErrorOfBranch(ErrorName):  # type: ignore[misc]
    """In the place of the name that moto gives a failed branch: it refuses those that begin with `States.`."""


class _Impatient:
    """In the place of the module `time` where moto waits before it tries again."""

    @staticmethod
    def sleep(seconds: float) -> None:
        """At once."""


@contextmanager
def interpreting() -> Iterator[Interpreter]:
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        interpreter = Interpreter()
        replace_parts(interpreter)
        yield interpreter


def main() -> None:
    logging.getLogger("moto").setLevel(logging.CRITICAL)
    with interpreting() as interpreter:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(interpreter.run(json.loads(line))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
