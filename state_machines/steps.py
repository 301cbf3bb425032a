"""What every Task shares: a time-out, a retry for transient faults, and the machine's own failure path.

Permanent errors are never repeated. Transient ones are, with full jitter and a cap. Anything else (a crashed or killed
Lambda, a fault of Lambda itself) gets a few tries, since every step may run twice.
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

LONGEST_PAUSE = cdk.Duration.seconds(60)
PATIENCE = 1000  # tries of a transient fault: about eight hours at half of LONGEST_PAUSE on average
LONG_PAUSE = cdk.Duration.minutes(10)  # for what must outlast AMC's being away over a long weekend: about 83 hours
CRASHES = 6
LAMBDA_IS_BUSY = [
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
class Detour:
    """Errors that lead to another state than the failure path, after so many tries more, and what they assign."""

    errors: list[str]
    to: sfn.IChainable
    tries: int = 0
    assign: Mapping[str, Any] | None = None


class Call(TypedDict):
    """What several Tasks of a machine have in common: `invoke(..., **call)`."""

    timeout: cdk.Duration
    on_failure: sfn.IChainable
    patience: NotRequired[int]
    caught: NotRequired[str]


def invoke(
    scope: Construct,
    state: str,
    function: IFunction,
    payload: Mapping[str, Any],
    *,
    timeout: cdk.Duration,
    on_failure: sfn.IChainable,
    patience: int = PATIENCE,
    longest_pause: cdk.Duration = LONGEST_PAUSE,
    caught: str = "outcome",
    detour: Detour | None = None,
    assign: Mapping[str, Any] | None = None,
    outputs: str | None = None,
    integration_pattern: sfn.IntegrationPattern | None = None,
    heartbeat_timeout: sfn.Timeout | None = None,
) -> tasks.LambdaInvoke:
    """The Task `state`; an error that stays is assigned to the variable `caught` on the way to `on_failure`.

    No two scopes of a machine (it, and inside each of its Maps) may assign one variable, so a Map names its own.
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
    waits = integration_pattern == sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN
    apart = detour.errors if detour else []
    passing = [*(name for name in names(TransientError) if name not in apart), *LAMBDA_IS_BUSY]
    crashes = ["States.TaskFailed"] if waits else ["States.TaskFailed", "States.Timeout"]
    # A missing sign of life is no crash: its Catch decides.
    task.add_retry(errors=[*names(PermanentError), "States.HeartbeatTimeout"], max_attempts=0)
    if detour:
        _retry(task, apart, detour.tries, longest_pause)
        task.add_catch(detour.to, errors=apart, assign=detour.assign)
    _retry(task, passing, patience, longest_pause)
    _retry(task, crashes, min(CRASHES, patience), longest_pause)
    task.add_catch(on_failure, errors=["States.ALL"], assign={caught: ERROR})
    return task


def _retry(task: tasks.LambdaInvoke, errors: list[str], tries: int, longest_pause: cdk.Duration) -> None:
    task.add_retry(
        errors=errors,
        max_attempts=tries,
        interval=cdk.Duration.seconds(2),
        backoff_rate=2,
        max_delay=longest_pause,
        jitter_strategy=sfn.JitterType.FULL,
    )


ONE_MORE_LOOK = {"looks": "{% $looks + 1 %}"}  # of the Wait in a wait-and-poll loop, so that the loop has an end


def not_ready(cause: str) -> dict[str, Any]:
    """What the Choice of a wait-and-poll loop assigns when it gives up."""
    return {"outcome": {"error": "NotReadyYet", "cause": cause}}


def fail(scope: Construct, state: str, cause: str = "$outcome.cause") -> sfn.Fail:
    """The end `state` with the error of `$outcome`, without the `States.` that is Step Functions' own."""
    return sfn.Fail.jsonata(
        scope, state, error="{% $substringAfter($outcome.error, 'States.') %}", cause=f"{{% {cause} %}}"
    )


def failure_path(
    scope: Construct, state: str, function: IFunction, payload: Mapping[str, Any], *, end: str, timeout: cdk.Duration
) -> sfn.IChainable:
    """The Task `state` records `$outcome`'s error and cause and answers with the `reason`; the Fail `end` shows it."""
    failed = fail(scope, end, cause="$recorded.reason")
    crashed = fail(scope, "RecordingFailed")
    record = invoke(
        scope,
        state,
        function,
        {**payload, "error": "{% $outcome.error %}", "cause": "{% $outcome.cause %}"},
        timeout=timeout,
        on_failure=crashed,
        assign={"recorded": RESULT},
    )
    return record.next(failed)
