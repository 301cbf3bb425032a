"""`workflow_sync`: makes one workflow of one tenant in AMC what its row says.

SyncWorkflow reads the row and AMC, and creates, changes or deletes the workflow in AMC if they differ. CheckWorkflow
polls until AMC shows the workflow, and writes onto the row what it shows otherwise than asked. RecordSyncFailure writes
FAILED and the reason onto the row. The row names the execution that began last; an older one no longer writes onto it.
If the row has changed meanwhile, SyncWorkflow comes again; after many times, ContinueSync begins a new execution.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import (
    COUNT_POLL,
    LONG_BACKOFF,
    count_retries,
    failure_path,
    given,
    invoke,
    not_ready,
    too_many_retries,
)

POLL_INTERVAL = cdk.Duration.seconds(10)
MAX_POLLS = 60  # ten minutes
# An execution that comes to one of these hands over to a new one, so that it stays below 25,000 events.
MAX_STARTS = 20  # of the work, which starts over when the row has changed
MAX_RETRIES = 1000  # of all steps together: more than three days of an AMC that is away
MAX_CONTINUE_ATTEMPTS = 200
CALL_TIMEOUT = cdk.Duration.seconds(150)

_IDS = {
    "customerId": given("customerId"),
    "workflowId": given("workflowId", "workflowRequest.workflowId", "workflowRequest.workflowDefinition.workflowId"),
    "input": "{% $states.context.Execution.Input %}",
    "executionArn": "{% $states.context.Execution.Id %}",
}


@dataclass(frozen=True)
class WorkflowSyncFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    sync_workflow: IFunction
    check_workflow: IFunction
    continue_sync: IFunction
    record_sync_failure: IFunction


def workflow_sync(scope: Construct, functions: WorkflowSyncFunctions) -> sfn.IChainable:
    """The machine's definition."""
    failure = failure_path(
        scope, "RecordSyncFailure", functions.record_sync_failure, _IDS, end="SyncFailed", timeout=CALL_TIMEOUT
    )
    sync = invoke(
        scope,
        "SyncWorkflow",
        functions.sync_workflow,
        _IDS,
        timeout=CALL_TIMEOUT,
        on_failure=failure,
        max_backoff=LONG_BACKOFF,
        assign={
            "desired": "{% $states.result.Payload.desired %}",
            "done": "{% $states.result.Payload.done %}",
            "polls": 0,
            "starts": "{% $starts + 1 %}",
            **count_retries(),
        },
    )
    check = invoke(
        scope,
        "CheckWorkflow",
        functions.check_workflow,
        {**_IDS, "desired": "{% $desired %}", "polls": "{% $polls %}"},
        timeout=CALL_TIMEOUT,
        on_failure=failure,
        max_backoff=LONG_BACKOFF,
        assign={
            "inSync": "{% $states.result.Payload.inSync %}",
            "changed": "{% $states.result.Payload.changed %}",
            **count_retries(),
        },
    )
    wait = sfn.Wait.jsonata(scope, "WaitForAmc", time=sfn.WaitTime.duration(POLL_INTERVAL), assign=COUNT_POLL)
    wait.next(check)
    is_in_sync = sfn.Choice.jsonata(scope, "IsInSync")
    synced = sfn.Succeed.jsonata(scope, "WorkflowSynced", outputs={"done": "{% $done %}"})
    is_in_sync.when(sfn.Condition.jsonata("{% $inSync = true %}"), synced)
    hand_over = _continue_sync(scope, functions.continue_sync, failure)
    is_in_sync.when(too_many_retries(MAX_RETRIES), hand_over)
    is_in_sync.when(sfn.Condition.jsonata(f"{{% $changed = true and $starts >= {MAX_STARTS} %}}"), hand_over)
    is_in_sync.when(sfn.Condition.jsonata("{% $changed = true %}"), sync)
    timed_out = not_ready("AMC took the workflow, but does not show it")
    is_in_sync.when(sfn.Condition.jsonata(f"{{% $polls >= {MAX_POLLS} %}}"), failure, assign=timed_out)
    is_in_sync.otherwise(wait)
    count = sfn.Pass.jsonata(scope, "CountFromZero", assign={"starts": 0, "retries": 0})
    return count.next(sync).next(check).next(is_in_sync)


def _continue_sync(scope: Construct, continue_sync: IFunction, failure: sfn.IChainable) -> sfn.IChainable:
    """It must begin after the last write to AMC of this execution, so that the last writer has read the latest row."""
    hand_over = invoke(
        scope,
        "ContinueSync",
        continue_sync,
        _IDS,
        timeout=CALL_TIMEOUT,
        on_failure=failure,
        max_attempts=MAX_CONTINUE_ATTEMPTS,
        max_backoff=LONG_BACKOFF,
    )
    return hand_over.next(sfn.Succeed.jsonata(scope, "SyncContinued", outputs={"done": "{% $done %}"}))
