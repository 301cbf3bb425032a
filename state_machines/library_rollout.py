"""`library_rollout`: one library workflow becomes what it shall be at every tenant, at a pace that AMC can take.

PlanRollout refuses a record that cannot be used and names the tenants, in batches of 25. RollOutBatches takes four of
them at a time: RollOutBatch writes the tenants' rows as the library and they are by then, CheckBatch asks until AMC has
what they say, and after ten minutes the next batch begins all the same, since each workflow's sync goes on by itself.
RecordRollout, or RecordRolloutFailure, says on the library's record how it went.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import ONE_MORE_LOOK, RESULT, Call, failure_path, invoke

CALL = cdk.Duration.seconds(150)
AT_ONCE = 4
PATIENCE = 100  # tries of what will pass: about fifty minutes
# Thirteen looks in ten minutes are 128 events a batch: with 160 batches (4,000 tenants) of the 25,000 an execution has.
SOON, LATER = cdk.Duration.seconds(10), cdk.Duration.seconds(90)
MOST_SOON, MOST_LOOKS = 6, 12

# Of a crashed Lambda the cause is JSON with a stack trace; 160 of them would pass the 256 KB that a Map may hand on.
MOST_OF_A_CAUSE = 400
BRIEFLY = f"{{% {{'error': $stopped.error, 'cause': $substring($stopped.cause, 0, {MOST_OF_A_CAUSE})}} %}}"

_ROLLOUT = {
    "workflowId": "{% $states.context.Execution.Input.workflowId %}",
    "rollout": "{% $states.context.Execution.Name %}",
}


@dataclass(frozen=True)
class RolloutFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    plan_rollout: IFunction
    roll_out_batch: IFunction
    check_batch: IFunction
    record_rollout: IFunction
    record_rollout_failure: IFunction


def library_rollout(scope: Construct, functions: RolloutFunctions) -> sfn.IChainable:
    """The machine's definition."""
    failure = failure_path(
        scope, "RecordRolloutFailure", functions.record_rollout_failure, _ROLLOUT, end="RolloutFailed", timeout=CALL
    )
    call: Call = {"timeout": CALL, "on_failure": failure, "patience": PATIENCE}
    plan = invoke(scope, "PlanRollout", functions.plan_rollout, _ROLLOUT, outputs=RESULT, **call)
    batches = sfn.Map.jsonata(
        scope,
        "RollOutBatches",
        items=sfn.ProvideItems.jsonata("{% $states.input.batches %}"),
        max_concurrency=AT_ONCE,
        assign={"results": "{% $states.result %}"},
    )
    batches.item_processor(_batch(scope, functions))
    record = invoke(
        scope,
        "RecordRollout",
        functions.record_rollout,
        {**_ROLLOUT, "results": "{% $results %}"},
        outputs=RESULT,
        **call,
    )
    record.next(sfn.Succeed.jsonata(scope, "RolledOut"))
    have_failed = sfn.Choice.jsonata(scope, "HaveBatchesFailed")
    have_failed.when(
        sfn.Condition.jsonata("{% $count($results[$exists(error)]) > 0 %}"),
        failure,
        assign={"outcome": "{% $results[$exists(error)][0] %}"},
    )
    have_failed.otherwise(record)
    return plan.next(batches).next(have_failed)


def _batch(scope: Construct, functions: RolloutFunctions) -> sfn.IChainable:
    """A batch that crashes keeps none of the others from being rolled out. Variables here are the Map's own."""
    failed = sfn.Pass.jsonata(scope, "BatchFailed", outputs=BRIEFLY)
    call: Call = {"timeout": CALL, "on_failure": failed, "patience": PATIENCE, "caught": "stopped"}
    roll_out = invoke(
        scope,
        "RollOutBatch",
        functions.roll_out_batch,
        {**_ROLLOUT, "customerIds": "{% $states.input %}"},
        assign={"batch": "{% $states.input %}", "rolled": RESULT, "looks": 0},
        **call,
    )
    check = invoke(
        scope,
        "CheckBatch",
        functions.check_batch,
        {"workflowId": _ROLLOUT["workflowId"], "customerIds": "{% $batch %}"},
        assign={"pending": "{% $states.result.Payload.pending %}"},
        **call,
    )
    is_settled = sfn.Choice.jsonata(scope, "IsBatchSettled")
    rolled_out = sfn.Pass.jsonata(scope, "BatchRolledOut", outputs="{% $rolled %}")
    is_settled.when(sfn.Condition.jsonata(f"{{% $pending = 0 or $looks >= {MOST_LOOKS} %}}"), rolled_out)
    soon, later = (
        sfn.Wait.jsonata(scope, name, time=sfn.WaitTime.duration(pause), assign=ONE_MORE_LOOK)
        for name, pause in (("WaitForBatch", SOON), ("WaitForSlowBatch", LATER))
    )
    is_settled.when(sfn.Condition.jsonata(f"{{% $looks < {MOST_SOON} %}}"), soon.next(check))
    is_settled.otherwise(later.next(check))
    return roll_out.next(check).next(is_settled)
