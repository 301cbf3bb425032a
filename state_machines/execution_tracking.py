"""`execution_tracking` (Express): poll the tenants that are due, one list call each.

ListDueTenants names them in batches: all that are due (on the tick of each minute), the owners of a bucket that
received a result, or the one that somebody asked for. A result may arrive shortly before AMC shows the end of its run,
so a poll because of a result waits a second: S3's event takes another. If AMC lags more, the next tick polls again.
TrackTenant polls the tenants of a batch one by one; several batches run at a time. A batch that crashes does not stop
the others: its tenants are still due at the next tick. With the tick come batches of schedules as well, of those whose
deadlines are to be looked at, and of workflows whose newest results are.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import RESULT, fail, invoke

MAX_CONCURRENCY = 20
POLL_TIMEOUT = cdk.Duration.seconds(150)
STATUS_DELAY = cdk.Duration.seconds(1)


@dataclass(frozen=True)
class ExecutionTrackingFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    list_due_tenants: IFunction
    track_tenant: IFunction


def execution_tracking(scope: Construct, functions: ExecutionTrackingFunctions) -> sfn.IChainable:
    """The machine's definition. Express executions end after five minutes: few retries, the next tick is near."""
    due = invoke(
        scope,
        "ListDueTenants",
        functions.list_due_tenants,
        {"customerId": _optional("customerId"), "bucket": _optional("bucket")},
        timeout=cdk.Duration.seconds(40),
        on_failure=fail(scope, "TrackingFailed"),
        max_attempts=3,
        outputs=RESULT,
    )
    skipped = sfn.Pass.jsonata(scope, "BatchSkipped", outputs="{% $skipped %}")
    track = invoke(
        scope,
        "TrackTenant",
        functions.track_tenant,
        {
            "tenants": "{% $states.input.tenants %}",
            "asked": "{% $states.input.asked %}",
            "schedules": "{% $states.input.schedules %}",
            "workflows": "{% $exists($states.input.workflows) ? $states.input.workflows : [] %}",
        },
        timeout=POLL_TIMEOUT,
        on_failure=skipped,
        max_attempts=4,
        caught="skipped",
        outputs=RESULT,
    )
    each = sfn.Map.jsonata(
        scope,
        "PollTenants",
        items=sfn.ProvideItems.jsonata("{% $states.input.batches %}"),
        max_concurrency=MAX_CONCURRENCY,
    )
    each.item_processor(track)
    due.next(each).next(sfn.Succeed.jsonata(scope, "TenantsPolled"))
    wait = sfn.Wait.jsonata(scope, "WaitForStatus", time=sfn.WaitTime.duration(STATUS_DELAY))
    landed = sfn.Choice.jsonata(scope, "HasResultLanded")
    landed.when(sfn.Condition.jsonata("{% $exists($states.input.bucket) %}"), wait.next(due))
    return landed.otherwise(due)


def _optional(name: str) -> str:
    return f"{{% $exists($states.input.{name}) ? $states.input.{name} : null %}}"
