"""What every Task shares: a time-out, a retry for transient faults, and the machine's own failure path.

Permanent errors are never repeated. Transient ones are, with full jitter and a cap. Anything else (a crashed or killed
Lambda, a fault of Lambda itself) gets a few tries, since every step may run twice.
"""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
import aws_cdk.aws_stepfunctions_tasks as tasks
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from functions.domain.errors import PermanentError, TransientError, names

LONGEST_PAUSE = cdk.Duration.seconds(60)
PATIENCE = 1000  # tries of a transient fault: about eight hours at half of LONGEST_PAUSE on average
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
ERROR = "{% {'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause} %}"


def invoke(
    scope: Construct,
    state: str,
    function: IFunction,
    payload: Mapping[str, Any],
    *,
    timeout: cdk.Duration,
    on_failure: sfn.IChainable,
    patience: int = PATIENCE,
    caught: str = "outcome",
    instead: Mapping[str, sfn.IChainable] | None = None,
    **options: Any,
) -> tasks.LambdaInvoke:
    """The Task `state`; an error that stays is assigned to the variable `caught` on the way to `on_failure`.

    `instead` names errors that are not repeated but lead elsewhere.

    No two scopes of a machine (it, and inside each of its Maps) may assign one variable, so a Map names its own.
    """
    task = tasks.LambdaInvoke.jsonata(
        scope,
        state,
        lambda_function=function,
        payload=sfn.TaskInput.from_object(dict(payload)),
        task_timeout=sfn.Timeout.duration(timeout),
        retry_on_service_exceptions=False,
        **options,
    )
    waits = options.get("integration_pattern") == sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN
    elsewhere = instead or {}
    _retry(task, patience, ["States.TaskFailed"] if waits else ["States.TaskFailed", "States.Timeout"], [*elsewhere])
    for error, state_after in elsewhere.items():
        task.add_catch(state_after, errors=[error])
    task.add_catch(on_failure, errors=["States.ALL"], assign={caught: ERROR})
    return task


def _retry(task: tasks.LambdaInvoke, patience: int, crashes: list[str], elsewhere: list[str]) -> None:
    """The three rules of the module's docstring. A missing sign of life is no crash: its Catch decides."""
    pause: Any = {"interval": cdk.Duration.seconds(2), "backoff_rate": 2, "max_delay": LONGEST_PAUSE}
    jitter = sfn.JitterType.FULL
    passing = [*(name for name in names(TransientError) if name not in elsewhere), *LAMBDA_IS_BUSY]
    task.add_retry(errors=[*names(PermanentError), "States.HeartbeatTimeout", *elsewhere], max_attempts=0)
    task.add_retry(errors=passing, max_attempts=patience, jitter_strategy=jitter, **pause)
    task.add_retry(errors=crashes, max_attempts=min(CRASHES, patience), jitter_strategy=jitter, **pause)


ONE_MORE_LOOK = {"looks": "{% $looks + 1 %}"}  # of the Wait in a wait-and-poll loop, so that the loop has an end


def not_ready(cause: str) -> dict[str, Any]:
    """What the Choice of a wait-and-poll loop assigns when it gives up."""
    return {"outcome": {"error": "NotReadyYet", "cause": cause}}


def failure_path(
    scope: Construct, state: str, function: IFunction, payload: Mapping[str, Any], *, end: str, timeout: cdk.Duration
) -> sfn.IChainable:
    """The Task `state` records `$outcome`'s error and cause and answers with the `reason`; the Fail `end` shows it."""
    failed = sfn.Fail.jsonata(scope, end, error="{% $error %}", cause="{% $outcome.reason %}")
    crashed = sfn.Fail.jsonata(scope, "RecordingFailed", error="{% $outcome.error %}", cause="{% $outcome.cause %}")
    record = invoke(
        scope,
        state,
        function,
        {**payload, "error": "{% $outcome.error %}", "cause": "{% $outcome.cause %}"},
        timeout=timeout,
        on_failure=crashed,
        assign={"error": "{% $outcome.error %}", "outcome": RESULT},
    )
    return record.next(failed)
