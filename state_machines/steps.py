"""What every Task shares: a time-out, retries of transient errors, and the machine's failure path.

Permanent errors are never retried. Transient ones are, with exponential backoff, full jitter and a cap. Anything else
(a crashed or killed Lambda) gets a few attempts, since every step may run twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
import aws_cdk.aws_stepfunctions_tasks as tasks
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from wfm.errors import PermanentError, TransientError, names

MAX_BACKOFF = cdk.Duration.seconds(60)
MAX_ATTEMPTS = 1000  # of a transient error: about eight hours at half of MAX_BACKOFF on average
LONG_BACKOFF = cdk.Duration.minutes(10)  # for what must outlast an outage of AMC over a long weekend: about 83 hours
MAX_CRASH_ATTEMPTS = 6
LAMBDA_ERRORS = [
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
]
TASK_TOKEN = "{% $states.context.Task.Token %}"  # noqa: S105 (an expression, no secret)
RESULT = "{% $states.result.Payload %}"
# A time-out has no cause, and an expression that comes to nothing is an error of its own.
_CAUSE = "$exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : ''"
ERROR = f"{{% {{'error': $states.errorOutput.Error, 'cause': {_CAUSE}}} %}}"


@dataclass(frozen=True)
class ErrorRoute:
    """Errors that lead to the state `to`, not to the failure path, after `max_attempts` retries; what they assign."""

    errors: list[str]
    to: sfn.IChainable
    max_attempts: int = 0
    assign: Mapping[str, Any] | None = None


class Call(TypedDict):
    """Arguments that several Tasks of a machine share: `invoke(..., **call)`."""

    timeout: cdk.Duration
    on_failure: sfn.IChainable
    max_attempts: NotRequired[int]
    caught: NotRequired[str]


def invoke(
    scope: Construct,
    state: str,
    function: IFunction,
    payload: Mapping[str, Any],
    *,
    timeout: cdk.Duration,
    on_failure: sfn.IChainable,
    max_attempts: int = MAX_ATTEMPTS,
    max_backoff: cdk.Duration = MAX_BACKOFF,
    caught: str = "outcome",
    error_route: ErrorRoute | None = None,
    assign: Mapping[str, Any] | None = None,
    assign_on_failure: Mapping[str, object] | None = None,
    outputs: str | None = None,
    integration_pattern: sfn.IntegrationPattern | None = None,
    heartbeat_timeout: sfn.Timeout | None = None,
) -> tasks.LambdaInvoke:
    """The Task `state`. After its last retry the error is assigned to the variable `caught`, and `on_failure` follows.

    Two scopes of a machine (the machine itself, each of its Maps) may not assign the same variable: a Map names its
    own. `assign_on_failure` is for a Task of a loop that goes on after a failure.
    """
    task = tasks.LambdaInvoke.jsonata(
        scope,
        state,
        lambda_function=function,
        payload=sfn.TaskInput.from_object(dict(payload)),
        task_timeout=sfn.Timeout.duration(timeout),
        retry_on_service_exceptions=False,
        assign=assign,
        outputs=outputs,
        integration_pattern=integration_pattern,
        heartbeat_timeout=heartbeat_timeout,
    )
    waits_for_token = integration_pattern == sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN
    routed = error_route.errors if error_route else []
    transient = [*(name for name in names(TransientError) if name not in routed), *LAMBDA_ERRORS]
    crashes = ["States.TaskFailed"] if waits_for_token else ["States.TaskFailed", "States.Timeout"]
    # A missing heartbeat is no crash: its Catch decides.
    task.add_retry(errors=[*names(PermanentError), "States.HeartbeatTimeout"], max_attempts=0)
    if error_route:
        _retry(task, routed, error_route.max_attempts, max_backoff)
        task.add_catch(error_route.to, errors=routed, assign=error_route.assign)
    _retry(task, transient, max_attempts, max_backoff)
    _retry(task, crashes, min(MAX_CRASH_ATTEMPTS, max_attempts), max_backoff)
    task.add_catch(on_failure, errors=["States.ALL"], assign={caught: ERROR, **(assign_on_failure or {})})
    return task


def _retry(task: tasks.LambdaInvoke, errors: list[str], max_attempts: int, max_backoff: cdk.Duration) -> None:
    task.add_retry(
        errors=errors,
        max_attempts=max_attempts,
        interval=cdk.Duration.seconds(2),
        backoff_rate=2,
        max_delay=max_backoff,
        jitter_strategy=sfn.JitterType.FULL,
    )


COUNT_POLL = {
    "polls": "{% $polls + 1 %}"
}  # assigned by the Wait or the Task of a poll loop, so that the loop has an end


_RETRIES = "$states.context.State.RetryCount"


def count_retries(counted: str = "$retries") -> dict[str, Any]:
    """Assigned by a Task of a loop: `$retries` grows by the retries of this visit, each of which is three events."""
    return {"retries": f"{{% {counted} + ($exists({_RETRIES}) ? {_RETRIES} : 0) %}}"}


def too_many_retries(limit: int) -> sfn.Condition:
    """Asked by the Choice of a loop: its history must not come to the 25,000 events that end an execution."""
    return sfn.Condition.jsonata(f"{{% $retries >= {limit} %}}")


GIVEN_UP = {"outcome": {"error": "NotReadyYet", "cause": "{% 'given up after ' & $retries & ' retries' %}"}}


def given(*names: str) -> str:
    """The first of these fields that the execution's input has, "" where somebody started it with something else."""
    fields = [f"$states.context.Execution.Input.{name}" for name in names]
    return f"{{% {''.join(f'$exists({field}) ? {field} : ' for field in fields)}'' %}}"


def not_ready(cause: str) -> dict[str, Any]:
    """What the Choice of a poll loop assigns after its last poll."""
    return {"outcome": {"error": "NotReadyYet", "cause": cause}}


def fail(scope: Construct, state: str, cause: str = "$outcome.cause") -> sfn.Fail:
    """The Fail `state` with the error of `$outcome`, without the prefix `States.`, which is reserved."""
    return sfn.Fail.jsonata(
        scope, state, error="{% $substringAfter($outcome.error, 'States.') %}", cause=f"{{% {cause} %}}"
    )


def failure_path(
    scope: Construct,
    state: str,
    function: IFunction,
    payload: Mapping[str, Any],
    *,
    end: str,
    timeout: cdk.Duration,
    max_attempts: int = MAX_ATTEMPTS,
) -> sfn.IChainable:
    """The Task `state`, which records the error of `$outcome` and returns the `reason`, and the Fail `end` with it."""
    failed = fail(scope, end, cause="$recorded.reason")
    crashed = fail(scope, "RecordingFailed")
    record = invoke(
        scope,
        state,
        function,
        {**payload, "error": "{% $outcome.error %}", "cause": "{% $outcome.cause %}"},
        timeout=timeout,
        on_failure=crashed,
        max_attempts=max_attempts,
        assign={"recorded": RESULT},
    )
    return record.next(failed)
