"""`workflow_sync`: makes one workflow of one tenant in AMC what its row says.

SyncWorkflow reads the row and AMC, and creates, changes or deletes the workflow in AMC if they differ. CheckWorkflow
polls until AMC shows the workflow, and writes onto the row what it shows otherwise than asked. RecordSyncFailure writes
FAILED and the reason onto the row. The row names the execution that began last; an older one no longer writes onto it.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import (
    COUNT_POLL,
    GIVEN_UP,
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
MAX_RETRIES = 4000  # of all steps together
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
            **count_retries("0"),
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
    is_in_sync.when(sfn.Condition.jsonata("{% $changed = true %}"), sync)
    timed_out = not_ready("AMC took the workflow, but does not show it")
    is_in_sync.when(sfn.Condition.jsonata(f"{{% $polls >= {MAX_POLLS} %}}"), failure, assign=timed_out)
    is_in_sync.when(too_many_retries(MAX_RETRIES), failure, assign=GIVEN_UP)
    is_in_sync.otherwise(wait)
    return sync.next(check).next(is_in_sync)
