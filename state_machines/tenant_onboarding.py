"""`tenant_onboarding`: a tenant becomes what its two rows ask for, however often and in whatever order it runs.

The TPS record says what the tenant is, or by its absence that it shall go; WFM's own row may say `paused`. ClaimTenant
lets one execution at a time work on a tenant. ValidateTenant refuses a bad record before anything is made. Then either
ProveCredentials asks AMC, WatchResults sees to the bucket, CreateQueues and CheckQueue to the queue, SettleTenant lets
the record take effect, RollOutLibrary and ApplySchedules bring what it makes a difference for; or StopSchedules and
StopIntake let nothing new begin, CancelRuns and WaitForRuns see our runs end, DeleteWorkflows clears AMC where asked,
and TakeDown removes the rest. RecordTenantFailure says why it did not work.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import ONE_MORE_LOOK, RESULT, Call, failure_path, invoke, not_ready

CALL = cdk.Duration.seconds(150)
PAUSE = cdk.Duration.seconds(5)
MOST_LOOKS = 120  # ten minutes; a mapping takes seconds
PAUSE_FOR_RUNS = cdk.Duration.minutes(2)
MOST_LOOKS_FOR_RUNS = 26 * 30  # a day and two hours: AMC ends a run after a day
PATIENCE = 200  # tries of what will pass: more than an hour and a half
# Somebody else's removal may wait for runs to end. Each try is three of the 25,000 events that an execution may have.
PATIENCE_FOR_OTHERS = 1500

_CUSTOMER = {"customerId": "{% $customer %}"}
_EXECUTION = {
    "input": "{% $states.context.Execution.Input %}",
    "executionName": "{% $states.context.Execution.Name %}",
    "executionArn": "{% $states.context.Execution.Id %}",
}


@dataclass(frozen=True)
class OnboardingFunctions:
    """The Lambdas that the machine calls, by the names of its states."""

    claim_tenant: IFunction
    validate_tenant: IFunction
    prove_credentials: IFunction
    create_queues: IFunction
    check_queue: IFunction
    watch_results: IFunction
    settle_tenant: IFunction
    roll_out_library: IFunction
    apply_schedules: IFunction
    record_tenant_failure: IFunction
    stop_schedules: IFunction
    stop_intake: IFunction
    cancel_runs: IFunction
    check_runs: IFunction
    delete_workflows: IFunction
    take_down: IFunction


def tenant_onboarding(scope: Construct, functions: OnboardingFunctions) -> sfn.IChainable:
    """The machine's definition."""
    failure = failure_path(
        scope, "RecordTenantFailure", functions.record_tenant_failure, _EXECUTION, end="TenantFailed", timeout=CALL
    )
    call: Call = {"timeout": CALL, "on_failure": failure, "patience": PATIENCE}
    call_in_turn: Call = {**call, "patience": PATIENCE_FOR_OTHERS}
    claim = invoke(
        scope,
        "ClaimTenant",
        functions.claim_tenant,
        _EXECUTION,
        assign={"customer": "{% $states.result.Payload.customerId %}"},
        **call_in_turn,
    )
    validate = invoke(
        scope,
        "ValidateTenant",
        functions.validate_tenant,
        _CUSTOMER,
        assign={"wanted": "{% $states.result.Payload.wanted %}"},
        **call,
    )
    is_wanted = sfn.Choice.jsonata(scope, "IsWanted")
    is_wanted.when(sfn.Condition.jsonata("{% $wanted != 'GONE' %}"), _arrival(scope, functions, failure, call))
    is_wanted.otherwise(_removal(scope, functions, call))
    return claim.next(validate).next(is_wanted)


def _arrival(scope: Construct, functions: OnboardingFunctions, failure: sfn.IChainable, call: Call) -> sfn.IChainable:
    prove = invoke(scope, "ProveCredentials", functions.prove_credentials, _CUSTOMER, **call)
    wanted = {**_CUSTOMER, "wanted": "{% $wanted %}"}
    create = invoke(
        scope, "CreateQueues", functions.create_queues, wanted, assign={"mapping": RESULT, "looks": 0}, **call
    )
    check = invoke(
        scope,
        "CheckQueue",
        functions.check_queue,
        {"eventSourceMappingId": "{% $mapping.eventSourceMappingId %}"},
        assign={"state": "{% $states.result.Payload.mappingState %}"},
        **call,
    )
    watch = invoke(
        scope,
        "WatchResults",
        functions.watch_results,
        _CUSTOMER,
        assign={"watched": "{% $states.result.Payload.watched %}"},
        **call,
    )
    settle = invoke(
        scope,
        "SettleTenant",
        functions.settle_tenant,
        {**wanted, "watched": "{% $watched %}"},
        **call,
    )
    roll_out = invoke(scope, "RollOutLibrary", functions.roll_out_library, _CUSTOMER, **call)
    apply_schedules = invoke(scope, "ApplySchedules", functions.apply_schedules, _CUSTOMER, **call)
    wait = sfn.Wait.jsonata(scope, "WaitForQueue", time=sfn.WaitTime.duration(PAUSE), assign=ONE_MORE_LOOK)
    wait.next(check)
    connected = sfn.Choice.jsonata(scope, "IsQueueConnected")
    connected.when(sfn.Condition.jsonata("{% $state = $mapping.wantedState %}"), settle)
    given_up = not_ready("{% 'the mapping of the queue is ' & $state & ' and not ' & $mapping.wantedState %}")
    connected.when(sfn.Condition.jsonata(f"{{% $looks >= {MOST_LOOKS} %}}"), failure, assign=given_up)
    connected.otherwise(wait)
    settled = sfn.Succeed.jsonata(scope, "TenantSettled", outputs={"status": "{% $wanted %}"})
    settle.next(roll_out).next(apply_schedules).next(settled)
    return prove.next(watch).next(create).next(check).next(connected)


def _removal(scope: Construct, functions: OnboardingFunctions, call: Call) -> sfn.IChainable:
    stop_schedules = invoke(scope, "StopSchedules", functions.stop_schedules, _CUSTOMER, **call)
    stop = invoke(scope, "StopIntake", functions.stop_intake, _CUSTOMER, assign={"removal": RESULT, "looks": 0}, **call)
    cancel = invoke(scope, "CancelRuns", functions.cancel_runs, _CUSTOMER, **call)
    check = invoke(
        scope,
        "CheckRuns",
        functions.check_runs,
        _CUSTOMER,
        assign={"goingOn": "{% $states.result.Payload.goingOn %}"},
        **call,
    )
    delete = invoke(scope, "DeleteWorkflows", functions.delete_workflows, _CUSTOMER, **call)
    take_down = invoke(scope, "TakeDown", functions.take_down, _CUSTOMER, outputs=RESULT, **call)
    take_down.next(sfn.Succeed.jsonata(scope, "TenantOffboarded"))
    wait = sfn.Wait.jsonata(scope, "WaitForRuns", time=sfn.WaitTime.duration(PAUSE_FOR_RUNS), assign=ONE_MORE_LOOK)
    wait.next(check)
    shall_delete = sfn.Choice.jsonata(scope, "AreWorkflowsToBeDeleted")
    shall_delete.when(sfn.Condition.jsonata("{% $removal.deleteWorkflows = true %}"), delete.next(take_down))
    shall_delete.otherwise(take_down)
    have_ended = sfn.Choice.jsonata(scope, "HaveRunsEnded")
    have_ended.when(sfn.Condition.jsonata("{% $goingOn = 0 %}"), shall_delete)
    have_ended.when(sfn.Condition.jsonata(f"{{% $looks >= {MOST_LOOKS_FOR_RUNS} %}}"), shall_delete)
    have_ended.otherwise(wait)
    check.next(have_ended)
    shall_cancel = sfn.Choice.jsonata(scope, "AreRunsToBeCancelled")
    shall_cancel.when(sfn.Condition.jsonata("{% $removal.cancelRuns = true %}"), cancel.next(check)).otherwise(check)
    return stop_schedules.next(stop).next(shall_cancel)
