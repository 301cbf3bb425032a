"""`backfill`: the windows of a range x parameter sets x tenants become requests in the tenants' queues.

PlanBackfill refuses all that can be known to go wrong before anything is sent; SendRequests sends the next few hundred
until all are sent; CheckBackfill counts, ever more rarely, until all have ended; BackfillDone tells how they ended.
One execution is one backfill, its name the backfill's id, its input the plan. Stopping it cancels the backfill: an
event about its end starts an execution whose input names the one that was `stopped`, and CancelRequests ends what had
not ended, sent or not.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import ONE_MORE_LOOK, RESULT, Call, fail, invoke, not_ready

CALL = cdk.Duration.seconds(150)
CALL_FOR_PLAN = cdk.Duration.seconds(630)
FIRST_PAUSE, LONGEST_PAUSE = 10, 600  # seconds
# More than sixteen days: a request waits for a slot for fourteen at most, and AMC ends a run after one.
MOST_LOOKS = 2_400
PATIENCE = 100  # tries of what will pass: about fifty minutes; each is three of the 25,000 events of an execution

_PLAN = {
    "input": "{% $states.context.Execution.Input %}",
    "executionName": "{% $states.context.Execution.Name %}",
}
_NEXT = "{% $states.result.Payload.next %}"
_LONGER_PAUSE = {"pause": f"{{% $min([{LONGEST_PAUSE}, $ceil($pause * 1.5)]) %}}"}


@dataclass(frozen=True)
class BackfillFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    plan_backfill: IFunction
    send_requests: IFunction
    check_backfill: IFunction
    cancel_requests: IFunction


def backfill(scope: Construct, functions: BackfillFunctions) -> sfn.IChainable:
    """The machine's definition."""
    call: Call = {"timeout": CALL, "on_failure": fail(scope, "BackfillFailed"), "patience": PATIENCE}
    call_for_plan: Call = {**call, "timeout": CALL_FOR_PLAN}
    plan = invoke(
        scope,
        "PlanBackfill",
        functions.plan_backfill,
        _PLAN,
        assign={"plan": RESULT, "next": 0, "pause": FIRST_PAUSE, "looks": 0},
        **call_for_plan,
    )
    send = invoke(
        scope, "SendRequests", functions.send_requests, {**_PLAN, "next": "{% $next %}"}, assign={"next": _NEXT}, **call
    )
    are_all_sent = sfn.Choice.jsonata(scope, "AreAllSent")
    are_all_sent.when(sfn.Condition.jsonata("{% $next < $plan.requests %}"), send)
    are_all_sent.otherwise(_wait_for_end(scope, functions.check_backfill, call))
    plan.next(send).next(are_all_sent)
    is_clean_up = sfn.Choice.jsonata(scope, "IsCleanUp")
    is_clean_up.when(
        sfn.Condition.jsonata("{% $exists($states.context.Execution.Input.stopped) %}"),
        _clean_up(scope, functions.cancel_requests, call),
        assign={"next": 0},
    )
    return is_clean_up.otherwise(plan)


def _wait_for_end(scope: Construct, check_backfill: IFunction, call: Call) -> sfn.IChainable:
    check = invoke(
        scope,
        "CheckBackfill",
        check_backfill,
        {"backfillId": "{% $plan.backfillId %}"},
        assign={"progress": RESULT},
        **call,
    )
    wait = sfn.Wait.jsonata(
        scope, "WaitForProgress", time=sfn.WaitTime.seconds("{% $pause %}"), assign={**ONE_MORE_LOOK, **_LONGER_PAUSE}
    )
    done = sfn.Succeed.jsonata(scope, "BackfillDone", outputs="{% $merge([$plan, $progress.outcome]) %}")
    is_done = sfn.Choice.jsonata(scope, "IsBackfillDone")
    is_done.when(sfn.Condition.jsonata("{% $progress.ended >= $plan.requests %}"), done)
    late = "{% $string($plan.requests - $progress.ended) & ' of ' & $plan.requests & ' requests have not ended' %}"
    is_done.when(sfn.Condition.jsonata(f"{{% $looks >= {MOST_LOOKS} %}}"), call["on_failure"], assign=not_ready(late))
    is_done.otherwise(wait)
    return wait.next(check).next(is_done)


def _clean_up(scope: Construct, cancel_requests: IFunction, call: Call) -> sfn.IChainable:
    cancel = invoke(
        scope,
        "CancelRequests",
        cancel_requests,
        {"stopped": "{% $states.context.Execution.Input.stopped %}", "next": "{% $next %}"},
        assign={"cancelled": RESULT, "next": _NEXT},
        **call,
    )
    cancelled = sfn.Succeed.jsonata(scope, "BackfillCancelled", outputs="{% $cancelled %}")
    are_all_cancelled = sfn.Choice.jsonata(scope, "AreAllCancelled")
    are_all_cancelled.when(sfn.Condition.jsonata("{% $next < $cancelled.requests %}"), cancel)
    are_all_cancelled.otherwise(cancelled)
    return cancel.next(are_all_cancelled)
