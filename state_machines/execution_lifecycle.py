"""`execution_lifecycle`: one request becomes one AMC run, from the queue to its outcome.

PrepareExecution reads the request. WaitForSlot waits until the tenant's semaphore grants a slot. SubmitExecution posts
to AMC exactly once, or goes back to WaitForSlot while AMC refuses the tenant. WaitForOutcome waits until the tracker
reports the run's end. After an hour without a heartbeat PollExecution asks AMC; if AMC is not available, the wait goes
on. ReleaseSlot gives the slot to the next request, however the execution ends, and the end state names the outcome.
Seven transitions when nothing goes wrong, however long AMC takes.
A request that goes back very often, which takes AMC half a day, is continued by a new execution: ContinueExecution.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
import aws_cdk.aws_stepfunctions_tasks as tasks
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import (
    COUNT_POLL,
    LONG_BACKOFF,
    RESULT,
    TASK_TOKEN,
    ErrorRoute,
    count_retries,
    fail,
    invoke,
    not_ready,
    too_many_retries,
)
from wfm.model.timeouts import LONGEST_WAIT, MAX_DURATION

SLOT_TIMEOUT = cdk.Duration.seconds(LONGEST_WAIT.total_seconds())
OUTCOME_TIMEOUT = cdk.Duration.seconds(MAX_DURATION.total_seconds())  # by then the tracker has ended it
HEARTBEAT_TIMEOUT = cdk.Duration.hours(1)  # Reconcile sends one for every long run whose tenant the tracker polls
CALL_TIMEOUT = cdk.Duration.seconds(150)
MAX_POLL_ATTEMPTS = 5  # while AMC is not available: up to a minute, and again after another hour without a heartbeat
# Each loop has a share of the 25,000 events of an execution, with every retry taken.
MAX_REQUEUES = 50
MAX_REQUEUE_RETRIES = 1500  # twelve hours of an AMC that throttles
MAX_POLLS = 300  # more than twelve days, of which AMC lets a run go on for one
MAX_RETRIES = 4000
FEW_ATTEMPTS = 200  # of a step for whose failure another step makes up, or which retries at LONG_BACKOFF

_NO_OUTCOME = not_ready("{% 'AMC did not tell how its run ended, though asked ' & $polls & ' times' %}")
_IDS = {
    "customerId": "{% $ids.customerId %}",
    "requestId": "{% $ids.requestId %}",
    "traceId": "{% $exists($ids.traceId) ? $ids.traceId : '' %}",  # a Lambda of 0.1 that still runs gives none
}


@dataclass(frozen=True)
class ExecutionLifecycleFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    prepare_execution: IFunction
    wait_for_slot: IFunction
    submit_execution: IFunction
    continue_execution: IFunction
    wait_for_outcome: IFunction
    poll_execution: IFunction
    release_slot: IFunction


def execution_lifecycle(scope: Construct, functions: ExecutionLifecycleFunctions) -> sfn.IChainable:
    """The machine's definition."""
    release = _release_slot(scope, functions.release_slot)
    prepare = invoke(
        scope,
        "PrepareExecution",
        functions.prepare_execution,
        {
            "input": "{% $states.context.Execution.Input %}",
            "executionName": "{% $states.context.Execution.Name %}",
            "executionArn": "{% $states.context.Execution.Id %}",
            "startTime": "{% $states.context.Execution.StartTime %}",
        },
        timeout=CALL_TIMEOUT,
        on_failure=release,
        max_backoff=LONG_BACKOFF,
        assign={"ids": RESULT, "requeues": 0, "polls": 0, "retries": 0},
    )
    wait_for_slot = invoke(
        scope,
        "WaitForSlot",
        functions.wait_for_slot,
        {
            **_IDS,
            "workflowId": "{% $ids.workflowId %}",
            "priority": "{% $ids.priority %}",
            "arrival": "{% $ids.arrival %}",
            "executionArn": "{% $states.context.Execution.Id %}",
            "taskToken": TASK_TOKEN,
        },
        timeout=SLOT_TIMEOUT,
        on_failure=release,
        integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        assign=count_retries(),
    )
    is_history_long = _is_history_long(scope, functions.continue_execution, wait_for_slot, release)
    submit = invoke(
        scope,
        "SubmitExecution",
        functions.submit_execution,
        {**_IDS, "triesSince": "{% $states.context.State.EnteredTime %}", "requeueError": "SlotReleased"},
        timeout=CALL_TIMEOUT,
        on_failure=release,
        error_route=ErrorRoute(
            ["SlotReleased", "SlotLost"],
            is_history_long,
            assign={"requeues": "{% $requeues + 1 %}", **count_retries()},
        ),
        assign={"run": RESULT, **count_retries()},
    )
    wait_for_outcome = _wait_for_outcome(scope, functions, release)
    return prepare.next(wait_for_slot).next(submit).next(wait_for_outcome).next(release)


def _is_history_long(
    scope: Construct, continue_execution: IFunction, wait_for_slot: sfn.IChainable, release: sfn.IChainable
) -> sfn.IChainable:
    """Back to WaitForSlot, or on to a new execution. The request holds no slot, so that none is released here."""
    hand_over = invoke(
        scope,
        "ContinueExecution",
        continue_execution,
        {**_IDS, "executionArn": "{% $states.context.Execution.Id %}"},
        timeout=CALL_TIMEOUT,
        on_failure=release,
        max_attempts=FEW_ATTEMPTS,
        max_backoff=LONG_BACKOFF,
        assign={"continued": RESULT},
    )
    hand_over.next(sfn.Succeed.jsonata(scope, "ExecutionContinued", outputs="{% $continued %}"))
    is_long = sfn.Choice.jsonata(scope, "IsHistoryLong")
    is_long.when(sfn.Condition.jsonata(f"{{% $requeues >= {MAX_REQUEUES} %}}"), hand_over)
    is_long.when(too_many_retries(MAX_REQUEUE_RETRIES), hand_over)
    return is_long.otherwise(wait_for_slot)


def _wait_for_outcome(
    scope: Construct, functions: ExecutionLifecycleFunctions, release: sfn.IChainable
) -> tasks.LambdaInvoke:
    run = {**_IDS, "workflowExecutionId": "{% $run.workflowExecutionId %}"}
    is_finished = sfn.Choice.jsonata(scope, "IsFinished")
    poll = invoke(
        scope,
        "PollExecution",
        functions.poll_execution,
        run,
        timeout=CALL_TIMEOUT,
        on_failure=release,
        max_attempts=FEW_ATTEMPTS,
        max_backoff=LONG_BACKOFF,
        error_route=ErrorRoute(
            ["AmcUnavailable", "AmcThrottled"],
            is_finished,
            MAX_POLL_ATTEMPTS,
            {"outcome": {"status": "RUNNING"}, **COUNT_POLL, **count_retries()},
        ),
        assign={"outcome": RESULT, **COUNT_POLL, **count_retries()},
    )
    wait = invoke(
        scope,
        "WaitForOutcome",
        functions.wait_for_outcome,
        {**run, "taskToken": TASK_TOKEN},
        timeout=OUTCOME_TIMEOUT,
        on_failure=poll,
        max_attempts=FEW_ATTEMPTS,
        assign_on_failure=count_retries(),
        heartbeat_timeout=sfn.Timeout.duration(HEARTBEAT_TIMEOUT),
        integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        assign={"outcome": "{% $states.result %}"},
    )
    is_finished.when(sfn.Condition.jsonata("{% $outcome.status != 'RUNNING' %}"), release)
    is_finished.when(sfn.Condition.jsonata(f"{{% $polls >= {MAX_POLLS} %}}"), release, assign=_NO_OUTCOME)
    is_finished.when(too_many_retries(MAX_RETRIES), release, assign=_NO_OUTCOME)
    is_finished.otherwise(wait)
    poll.next(is_finished)
    return wait


def _release_slot(scope: Construct, function: IFunction) -> sfn.IChainable:
    """ReleaseSlot and the four ends. If ReleaseSlot fails, the rule on status changes starts the clean-up."""
    crashed = fail(scope, "ReleaseFailed")
    release = invoke(
        scope,
        "ReleaseSlot",
        function,
        {
            "input": "{% $states.context.Execution.Input %}",
            "executionName": "{% $states.context.Execution.Name %}",
            "outcome": "{% $outcome %}",
        },
        timeout=CALL_TIMEOUT,
        on_failure=crashed,
        assign={"outcome": RESULT},
    )
    how = sfn.Choice.jsonata(scope, "HowDidItEnd")
    how.when(_ended_as("SUCCEEDED"), sfn.Succeed.jsonata(scope, "ExecutionSucceeded", outputs="{% $outcome %}"))
    for status, state in (("REJECTED", "ExecutionRejected"), ("CANCELLED", "ExecutionCancelled")):
        how.when(_ended_as(status), fail(scope, state, "$outcome.reason"))
    how.otherwise(fail(scope, "ExecutionFailed", "$outcome.reason"))
    release.next(how)
    return release


def _ended_as(status: str) -> sfn.Condition:
    return sfn.Condition.jsonata(f"{{% $outcome.status = '{status}' %}}")
