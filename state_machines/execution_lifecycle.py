"""`execution_lifecycle`: one request becomes one AMC run, from the queue to its outcome.

PrepareExecution reads what was asked; WaitForSlot stands in the tenant's line until the gate grants a slot;
SubmitExecution posts to AMC exactly once, or goes back into the line where AMC does not let the tenant in;
WaitForOutcome sleeps until the tracker brings the news, and asks AMC itself (PollExecution) when no sign of life came
for an hour; where AMC cannot be asked it sleeps on. ReleaseSlot passes the slot on, on every way out, and the end state
names the outcome. Seven transitions when nothing goes wrong, however long AMC takes.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
import aws_cdk.aws_stepfunctions_tasks as tasks
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import LONG_PAUSE, RESULT, TASK_TOKEN, Detour, fail, invoke
from wfm.model.durations import MAX_DURATION
from wfm.model.wait_times import LONGEST_WAIT

LONGEST_WAIT_FOR_SLOT = cdk.Duration.seconds(LONGEST_WAIT.total_seconds())
LONGEST_RUN = cdk.Duration.seconds(MAX_DURATION.total_seconds())  # by then the tracker has ended it
SIGN_OF_LIFE = cdk.Duration.hours(1)  # the tracker beats for every run that it sees going on
CALL = cdk.Duration.seconds(150)
TRIES_TO_ASK = 5  # of an AMC that is away: up to a minute, and again when there is no news for another hour

_IDS = {"customerId": "{% $ids.customerId %}", "requestId": "{% $ids.requestId %}"}


@dataclass(frozen=True)
class LifecycleFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    prepare_execution: IFunction
    wait_for_slot: IFunction
    submit_execution: IFunction
    wait_for_outcome: IFunction
    poll_execution: IFunction
    release_slot: IFunction


def execution_lifecycle(scope: Construct, functions: LifecycleFunctions) -> sfn.IChainable:
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
        timeout=CALL,
        on_failure=release,
        longest_pause=LONG_PAUSE,
        assign={"ids": RESULT},
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
        timeout=LONGEST_WAIT_FOR_SLOT,
        on_failure=release,
        integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    )
    submit = invoke(
        scope,
        "SubmitExecution",
        functions.submit_execution,
        {**_IDS, "triesSince": "{% $states.context.State.EnteredTime %}"},
        timeout=CALL,
        on_failure=release,
        detour=Detour(["SlotLost"], wait_for_slot),
        assign={"run": RESULT},
    )
    wait_for_outcome = _wait_for_outcome(scope, functions, release)
    return prepare.next(wait_for_slot).next(submit).next(wait_for_outcome).next(release)


def _wait_for_outcome(scope: Construct, functions: LifecycleFunctions, release: sfn.IChainable) -> tasks.LambdaInvoke:
    run = {**_IDS, "workflowExecutionId": "{% $run.workflowExecutionId %}"}
    is_finished = sfn.Choice.jsonata(scope, "IsFinished")
    poll = invoke(
        scope,
        "PollExecution",
        functions.poll_execution,
        run,
        timeout=CALL,
        on_failure=release,
        detour=Detour(
            ["AmcUnavailable", "AmcThrottled"], is_finished, TRIES_TO_ASK, {"outcome": {"status": "RUNNING"}}
        ),
        assign={"outcome": RESULT},
    )
    wait = invoke(
        scope,
        "WaitForOutcome",
        functions.wait_for_outcome,
        {**run, "taskToken": TASK_TOKEN},
        timeout=LONGEST_RUN,
        on_failure=poll,
        heartbeat_timeout=sfn.Timeout.duration(SIGN_OF_LIFE),
        integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        assign={"outcome": "{% $states.result %}"},
    )
    is_finished.when(sfn.Condition.jsonata("{% $outcome.status = 'RUNNING' %}"), wait).otherwise(release)
    poll.next(is_finished)
    return wait


def _release_slot(scope: Construct, function: IFunction) -> sfn.IChainable:
    """ReleaseSlot and the four ends. Should even it fail, the rule on status changes cleans up."""
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
        timeout=CALL,
        on_failure=crashed,
        assign={"outcome": RESULT},
    )
    how = sfn.Choice.jsonata(scope, "HowDidItEnd")
    how.when(_ended("SUCCEEDED"), sfn.Succeed.jsonata(scope, "ExecutionSucceeded", outputs="{% $outcome %}"))
    for status, state in (("REJECTED", "ExecutionRejected"), ("CANCELLED", "ExecutionCancelled")):
        how.when(_ended(status), fail(scope, state, "$outcome.reason"))
    how.otherwise(fail(scope, "ExecutionFailed", "$outcome.reason"))
    release.next(how)
    return release


def _ended(status: str) -> sfn.Condition:
    return sfn.Condition.jsonata(f"{{% $outcome.status = '{status}' %}}")
