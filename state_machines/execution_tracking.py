"""`execution_tracking` (Express): look at the tenants that are due, one list call each.

ListDueTenants names them in batches: all whose time has come (the minute's tick), the owners of a bucket in which a
result landed, or the one that somebody asked for. A result may land a moment before AMC shows the end of its run, so a
look for its sake waits a little, which also brings results that land together into one look. TrackTenant looks at the
tenants of a batch, each on its own, a few batches at a time. A batch that crashes keeps none of the others from being
looked at; its tenants are still due, and come again with the next tick.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import RESULT, fail, invoke

AT_ONCE = 20
LOOK = cdk.Duration.seconds(150)
RESULT_BEFORE_STATUS = cdk.Duration.seconds(5)


@dataclass(frozen=True)
class TrackingFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    list_due_tenants: IFunction
    track_tenant: IFunction


def execution_tracking(scope: Construct, functions: TrackingFunctions) -> sfn.IChainable:
    """The machine's definition. Express executions end after five minutes: few retries, the next tick is near."""
    due = invoke(
        scope,
        "ListDueTenants",
        functions.list_due_tenants,
        {"customerId": _optional("customerId"), "bucket": _optional("bucket")},
        timeout=cdk.Duration.seconds(40),
        on_failure=fail(scope, "TrackingFailed"),
        patience=3,
        outputs=RESULT,
    )
    skipped = sfn.Pass.jsonata(scope, "BatchSkipped", outputs="{% $skipped %}")
    track = invoke(
        scope,
        "TrackTenant",
        functions.track_tenant,
        {"tenants": "{% $states.input.tenants %}", "asked": "{% $states.input.asked %}"},
        timeout=LOOK,
        on_failure=skipped,
        patience=4,
        caught="skipped",
        outputs=RESULT,
    )
    each = sfn.Map.jsonata(
        scope,
        "LookAtTenants",
        items=sfn.ProvideItems.jsonata("{% $states.input.batches %}"),
        max_concurrency=AT_ONCE,
    )
    each.item_processor(track)
    due.next(each).next(sfn.Succeed.jsonata(scope, "TenantsLookedAt"))
    wait = sfn.Wait.jsonata(scope, "WaitForStatus", time=sfn.WaitTime.duration(RESULT_BEFORE_STATUS))
    landed = sfn.Choice.jsonata(scope, "HasResultLanded")
    landed.when(sfn.Condition.jsonata("{% $exists($states.input.bucket) %}"), wait.next(due))
    return landed.otherwise(due)


def _optional(name: str) -> str:
    return f"{{% $exists($states.input.{name}) ? $states.input.{name} : null %}}"
