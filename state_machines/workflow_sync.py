"""`workflow_sync`: one tenant's one workflow in AMC becomes what its row says.

SyncWorkflow reads the row and AMC as they are now, and creates, changes or deletes the workflow in AMC if they differ;
CheckWorkflow asks until AMC shows it so, and writes that onto the row; RecordSyncFailure writes AMC's own words there
when it will not. The row names the execution that began last; an older one writes nothing onto it any more.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import LONG_PAUSE, ONE_MORE_LOOK, failure_path, invoke, not_ready

PAUSE = cdk.Duration.seconds(10)
MOST_LOOKS = 60  # ten minutes
CALL = cdk.Duration.seconds(150)

_IDS = {
    "customerId": "{% $states.context.Execution.Input.customerId %}",
    "workflowId": "{% $states.context.Execution.Input.workflowId %}",
    "executionArn": "{% $states.context.Execution.Id %}",
}


@dataclass(frozen=True)
class SyncFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    sync_workflow: IFunction
    check_workflow: IFunction
    record_sync_failure: IFunction


def workflow_sync(scope: Construct, functions: SyncFunctions) -> sfn.IChainable:
    """The machine's definition."""
    failure = failure_path(
        scope, "RecordSyncFailure", functions.record_sync_failure, _IDS, end="SyncFailed", timeout=CALL
    )
    sync = invoke(
        scope,
        "SyncWorkflow",
        functions.sync_workflow,
        _IDS,
        timeout=CALL,
        on_failure=failure,
        longest_pause=LONG_PAUSE,
        assign={
            "desired": "{% $states.result.Payload.desired %}",
            "done": "{% $states.result.Payload.done %}",
            "looks": 0,
        },
    )
    check = invoke(
        scope,
        "CheckWorkflow",
        functions.check_workflow,
        {**_IDS, "desired": "{% $desired %}"},
        timeout=CALL,
        on_failure=failure,
        longest_pause=LONG_PAUSE,
        assign={"inSync": "{% $states.result.Payload.inSync %}", "changed": "{% $states.result.Payload.changed %}"},
    )
    wait = sfn.Wait.jsonata(scope, "WaitForAmc", time=sfn.WaitTime.duration(PAUSE), assign=ONE_MORE_LOOK)
    wait.next(check)
    is_in_sync = sfn.Choice.jsonata(scope, "IsInSync")
    synced = sfn.Succeed.jsonata(scope, "WorkflowSynced", outputs={"done": "{% $done %}"})
    is_in_sync.when(sfn.Condition.jsonata("{% $inSync = true %}"), synced)
    is_in_sync.when(sfn.Condition.jsonata("{% $changed = true %}"), sync)
    given_up = not_ready("AMC took the workflow, but does not show it as it was given")
    is_in_sync.when(sfn.Condition.jsonata(f"{{% $looks >= {MOST_LOOKS} %}}"), failure, assign=given_up)
    is_in_sync.otherwise(wait)
    return sync.next(check).next(is_in_sync)
