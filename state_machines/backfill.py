"""`backfill`: the windows of a range x parameter sets x tenants become requests in the tenants' queues.

PlanBackfill refuses a backfill that cannot work before anything is sent. SendRequests sends the next few hundred
requests until all are sent. CheckBackfill counts those that have ended, at growing intervals, until all have.
BackfillDone returns how they ended; a backfill of which nothing succeeded has FAILED. One execution is one backfill:
its name is the backfill's id, its input the plan.
Stopping the execution cancels the backfill: the event of its end starts an execution whose input names it as `stopped`,
and CancelRequests cancels every request that has not ended, sent or not.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import (
    COUNT_POLL,
    GIVEN_UP,
    RESULT,
    Call,
    count_retries,
    fail,
    invoke,
    not_ready,
    too_many_retries,
)

CALL_TIMEOUT = cdk.Duration.seconds(150)
PLAN_TIMEOUT = cdk.Duration.seconds(630)
FIRST_INTERVAL, MAX_INTERVAL = 10, 600  # seconds
# More than sixteen days: a request waits at most fourteen for a slot, and AMC ends a run after one.
MAX_POLLS = 2_400
MAX_ATTEMPTS = 100  # of a transient error: about fifty minutes; each is three of the 25,000 events of an execution
MAX_RETRIES = 850  # of all steps together, so that the longest backfill has events left

_PLAN = {
    "input": "{% $states.context.Execution.Input %}",
    "executionName": "{% $states.context.Execution.Name %}",
}
_ENDED = "$progress.ended >= $plan.requests"
_OTHER_ENDS = " & ', ' & ".join(f"$progress.outcome.{end} & ' {end}'" for end in ("failed", "rejected", "cancelled"))
_CAUSE = f"{{% 'none of its ' & $plan.requests & ' requests succeeded: ' & {_OTHER_ENDS} %}}"
_NOTHING_SUCCEEDED = {"outcome": {"error": "NothingSucceeded", "cause": _CAUSE}}
_NEXT = "{% $states.result.Payload.next %}"
_GROW_INTERVAL = {"interval": f"{{% $min([{MAX_INTERVAL}, $ceil($interval * 1.5)]) %}}"}


@dataclass(frozen=True)
class BackfillFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    plan_backfill: IFunction
    send_requests: IFunction
    check_backfill: IFunction
    cancel_requests: IFunction


def backfill(scope: Construct, functions: BackfillFunctions) -> sfn.IChainable:
    """The machine's definition."""
    call: Call = {"timeout": CALL_TIMEOUT, "on_failure": fail(scope, "BackfillFailed"), "max_attempts": MAX_ATTEMPTS}
    plan_call: Call = {**call, "timeout": PLAN_TIMEOUT}
    plan = invoke(
        scope,
        "PlanBackfill",
        functions.plan_backfill,
        _PLAN,
        assign={"plan": RESULT, "next": 0, "interval": FIRST_INTERVAL, "polls": 0, **count_retries("0")},
        **plan_call,
    )
    send = invoke(
        scope,
        "SendRequests",
        functions.send_requests,
        {**_PLAN, "next": "{% $next %}"},
        assign={"next": _NEXT, **count_retries()},
        **call,
    )
    are_all_sent = sfn.Choice.jsonata(scope, "AreAllSent")
    are_all_sent.when(too_many_retries(MAX_RETRIES), call["on_failure"], assign=GIVEN_UP)
    are_all_sent.when(sfn.Condition.jsonata("{% $next < $plan.requests %}"), send)
    are_all_sent.otherwise(_wait_for_end(scope, functions.check_backfill, call))
    plan.next(send).next(are_all_sent)
    is_clean_up = sfn.Choice.jsonata(scope, "IsCleanUp")
    is_clean_up.when(
        sfn.Condition.jsonata("{% $exists($states.context.Execution.Input.stopped) %}"),
        _clean_up(scope, functions.cancel_requests, call),
        assign={"next": 0, "retries": 0},
    )
    return is_clean_up.otherwise(plan)


def _wait_for_end(scope: Construct, check_backfill: IFunction, call: Call) -> sfn.IChainable:
    check = invoke(
        scope,
        "CheckBackfill",
        check_backfill,
        {"backfillId": "{% $plan.backfillId %}"},
        assign={"progress": RESULT, **count_retries()},
        **call,
    )
    wait = sfn.Wait.jsonata(
        scope,
        "WaitForProgress",
        time=sfn.WaitTime.seconds("{% $interval %}"),
        assign={**COUNT_POLL, **_GROW_INTERVAL},
    )
    done = sfn.Succeed.jsonata(scope, "BackfillDone", outputs="{% $merge([$plan, $progress.outcome]) %}")
    is_done = sfn.Choice.jsonata(scope, "IsBackfillDone")
    is_done.when(sfn.Condition.jsonata(f"{{% {_ENDED} and $progress.outcome.succeeded > 0 %}}"), done)
    none = fail(scope, "NothingSucceeded")
    is_done.when(sfn.Condition.jsonata(f"{{% {_ENDED} %}}"), none, assign=_NOTHING_SUCCEEDED)
    unended = "{% $string($plan.requests - $progress.ended) & ' of ' & $plan.requests & ' requests have not ended' %}"
    is_done.when(sfn.Condition.jsonata(f"{{% $polls >= {MAX_POLLS} %}}"), call["on_failure"], assign=not_ready(unended))
    is_done.when(too_many_retries(MAX_RETRIES), call["on_failure"], assign=GIVEN_UP)
    is_done.otherwise(wait)
    return wait.next(check).next(is_done)


def _clean_up(scope: Construct, cancel_requests: IFunction, call: Call) -> sfn.IChainable:
    cancel = invoke(
        scope,
        "CancelRequests",
        cancel_requests,
        {"stopped": "{% $states.context.Execution.Input.stopped %}", "next": "{% $next %}"},
        assign={"cancelled": RESULT, "next": _NEXT, **count_retries()},
        **call,
    )
    cancelled = sfn.Succeed.jsonata(scope, "BackfillCancelled", outputs="{% $cancelled %}")
    are_all_cancelled = sfn.Choice.jsonata(scope, "AreAllCancelled")
    are_all_cancelled.when(sfn.Condition.jsonata("{% $next >= $cancelled.requests %}"), cancelled)
    are_all_cancelled.when(too_many_retries(MAX_RETRIES), call["on_failure"], assign=GIVEN_UP)
    are_all_cancelled.otherwise(cancel)
    return cancel.next(are_all_cancelled)
