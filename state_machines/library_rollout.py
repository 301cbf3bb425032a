"""`library_rollout`: one library workflow reaches every tenant that it is for, no faster than AMC allows.

PlanRollout refuses an invalid record and names the tenants, in batches of 50. RollOutBatches handles two batches at a
time: RollOutBatch reads library and tenants again and writes the tenants' rows, CheckBatch polls until AMC has what
they say. After ten minutes the next batch begins all the same, since each workflow's sync continues by itself.
RecordRollout or RecordRolloutFailure writes the result onto the library's record.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import (
    COUNT_POLL,
    LONG_BACKOFF,
    RESULT,
    Call,
    count_retries,
    failure_path,
    given,
    invoke,
    too_many_retries,
)

CALL_TIMEOUT = cdk.Duration.seconds(150)
MAX_CONCURRENCY = 2
MAX_ATTEMPTS = 100  # of a transient error: about fifty minutes
# All batches share the 25,000 events of the execution: each has some 270, of which thirteen polls in ten minutes take
# 130 and a retry three. `tests/machines/test_histories.py` counts them.
MAX_BATCH_ATTEMPTS = 18  # of a transient error, with LONG_BACKOFF: about fifty minutes
MAX_CHECK_ATTEMPTS = 6
MAX_CHECK_RETRIES = 8  # of a batch, after which it is waited for no longer
SHORT_INTERVAL, LONG_INTERVAL = cdk.Duration.seconds(10), cdk.Duration.seconds(90)
SOON_POLLS, MAX_POLLS = 6, 12

# The cause of a crashed Lambda is JSON with a stack trace; 160 of them would exceed the 256 KB that a Map may return.
MAX_CAUSE_CHARS = 400
SHORT_ERROR = f"{{% {{'error': $stopped.error, 'cause': $substring($stopped.cause, 0, {MAX_CAUSE_CHARS})}} %}}"
ERROR_WITHOUT_CAUSE = (
    "{% {'error': $stopped.error, 'cause': 'its cause cannot be shown: see the log of RollOutBatch'} %}"
)

_ROLLOUT = {
    "workflowId": given("workflowId"),
    "rollout": "{% $states.context.Execution.Name %}",
}


@dataclass(frozen=True)
class LibraryRolloutFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    plan_rollout: IFunction
    roll_out_batch: IFunction
    check_batch: IFunction
    record_rollout: IFunction
    record_rollout_failure: IFunction


def library_rollout(scope: Construct, functions: LibraryRolloutFunctions) -> sfn.IChainable:
    """The machine's definition."""
    failure = failure_path(
        scope,
        "RecordRolloutFailure",
        functions.record_rollout_failure,
        {**_ROLLOUT, "input": "{% $states.context.Execution.Input %}"},
        end="RolloutFailed",
        timeout=CALL_TIMEOUT,
        max_attempts=MAX_ATTEMPTS,
    )
    call: Call = {"timeout": CALL_TIMEOUT, "on_failure": failure, "max_attempts": MAX_ATTEMPTS}
    plan = invoke(scope, "PlanRollout", functions.plan_rollout, _ROLLOUT, outputs=RESULT, **call)
    batches = sfn.Map.jsonata(
        scope,
        "RollOutBatches",
        items=sfn.ProvideItems.jsonata("{% $states.input.batches %}"),
        max_concurrency=MAX_CONCURRENCY,
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


def _batch(scope: Construct, functions: LibraryRolloutFunctions) -> sfn.IChainable:
    """The states of one batch. A batch that crashes does not stop the others. Variables here are the Map's own."""
    call: Call = {
        "timeout": CALL_TIMEOUT,
        "on_failure": _batch_failed(scope),
        "max_attempts": MAX_CHECK_ATTEMPTS,
        "caught": "stopped",
    }
    roll_out_call: Call = {**call, "max_attempts": MAX_BATCH_ATTEMPTS}
    roll_out = invoke(
        scope,
        "RollOutBatch",
        functions.roll_out_batch,
        {**_ROLLOUT, "customerIds": "{% $states.input %}"},
        assign={"batch": "{% $states.input %}", "rolled": RESULT, "polls": 0, "retries": 0},
        max_backoff=LONG_BACKOFF,
        **roll_out_call,
    )
    check = invoke(
        scope,
        "CheckBatch",
        functions.check_batch,
        {"workflowId": _ROLLOUT["workflowId"], "customerIds": "{% $batch %}"},
        assign={"pending": "{% $states.result.Payload.pending %}", **count_retries()},
        **call,
    )
    is_synced = sfn.Choice.jsonata(scope, "IsBatchSynced")
    rolled_out = sfn.Pass.jsonata(scope, "BatchRolledOut", outputs="{% $rolled %}")
    is_synced.when(sfn.Condition.jsonata(f"{{% $pending = 0 or $polls >= {MAX_POLLS} %}}"), rolled_out)
    is_synced.when(too_many_retries(MAX_CHECK_RETRIES), rolled_out)
    soon, later = (
        sfn.Wait.jsonata(scope, name, time=sfn.WaitTime.duration(pause), assign=COUNT_POLL)
        for name, pause in (("WaitForBatch", SHORT_INTERVAL), ("WaitForSlowBatch", LONG_INTERVAL))
    )
    is_synced.when(sfn.Condition.jsonata(f"{{% $polls < {SOON_POLLS} %}}"), soon.next(check))
    is_synced.otherwise(later.next(check))
    return roll_out.next(check).next(is_synced)


def _batch_failed(scope: Construct) -> sfn.IChainable:
    """The error of a batch and the beginning of its cause.

    A cause may hold any text, and `$substring` may fail for characters beyond the basic plane. A Pass has no Catch: a
    Parallel around it has one.
    """
    shorten = sfn.Parallel.jsonata(scope, "ShortenCause", outputs="{% $states.result[0] %}")
    shorten.branch(sfn.Pass.jsonata(scope, "BatchFailed", outputs=SHORT_ERROR))
    without_cause = sfn.Pass.jsonata(scope, "BatchFailedWithoutCause", outputs=ERROR_WITHOUT_CAUSE)
    shorten.add_catch(without_cause, errors=["States.ALL"])
    return shorten
