"""`tenant_offboarding`: a tenant whose TPS record is gone goes too; its history stays.

ClaimTenant lets one execution at a time work on a tenant, and ValidateTenant reads whether it shall still go: a tenant
whose record is back is handed to `tenant_onboarding` by StartOnboarding. StopSchedules and DrainQueue let nothing new
begin. CancelRuns ends our runs where that was asked for, CheckRuns and WaitForRuns see them end, DeleteWorkflows clears
AMC where asked, and DeprovisionTenant removes the rest. RecordTenantFailure says why it got stuck.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import ONE_MORE_LOOK, RESULT, Call, invoke
from state_machines.tenant import CUSTOMER, HAND_OVER, TenantFunctions, begin, calls

PAUSE = cdk.Duration.minutes(2)
MOST_LOOKS = 26 * 30  # a day and two hours: AMC ends a run after a day


@dataclass(frozen=True)
class OffboardingFunctions(TenantFunctions):
    """The Lambdas that the machine calls, by the names of its states."""

    stop_schedules: IFunction
    drain_queue: IFunction
    cancel_runs: IFunction
    check_runs: IFunction
    delete_workflows: IFunction
    deprovision_tenant: IFunction
    start_onboarding: IFunction


def tenant_offboarding(scope: Construct, functions: OffboardingFunctions) -> sfn.IChainable:
    """The machine's definition."""
    call = calls(scope, functions, "OffboardingFailed")
    beginning = begin(scope, functions, call)
    is_unwanted = sfn.Choice.jsonata(scope, "IsUnwanted")
    is_unwanted.when(sfn.Condition.jsonata("{% $wanted = 'GONE' %}"), _intake(scope, functions, call))
    is_unwanted.otherwise(_hand_over(scope, functions.start_onboarding, call))
    return beginning.next(is_unwanted)


def _intake(scope: Construct, functions: OffboardingFunctions, call: Call) -> sfn.IChainable:
    stop = invoke(scope, "StopSchedules", functions.stop_schedules, CUSTOMER, **call)
    drain = invoke(scope, "DrainQueue", functions.drain_queue, CUSTOMER, assign={"removal": RESULT, "looks": 0}, **call)
    are_to_be_cancelled = sfn.Choice.jsonata(scope, "AreRunsToBeCancelled")
    cancel = invoke(scope, "CancelRuns", functions.cancel_runs, CUSTOMER, **call)
    check = _runs(scope, functions, call)
    are_to_be_cancelled.when(sfn.Condition.jsonata("{% $removal.cancelRuns = true %}"), cancel.next(check))
    are_to_be_cancelled.otherwise(check)
    return stop.next(drain).next(are_to_be_cancelled)


def _runs(scope: Construct, functions: OffboardingFunctions, call: Call) -> sfn.IChainable:
    check = invoke(
        scope,
        "CheckRuns",
        functions.check_runs,
        CUSTOMER,
        assign={"goingOn": "{% $states.result.Payload.goingOn %}"},
        **call,
    )
    have_ended = sfn.Choice.jsonata(scope, "HaveRunsEnded")
    have_ended.when(
        sfn.Condition.jsonata(f"{{% $goingOn = 0 or $looks >= {MOST_LOOKS} %}}"), _resources(scope, functions, call)
    )
    wait = sfn.Wait.jsonata(scope, "WaitForRuns", time=sfn.WaitTime.duration(PAUSE), assign=ONE_MORE_LOOK)
    have_ended.otherwise(wait.next(check))
    check.next(have_ended)
    return check


def _resources(scope: Construct, functions: OffboardingFunctions, call: Call) -> sfn.IChainable:
    are_to_be_deleted = sfn.Choice.jsonata(scope, "AreWorkflowsToBeDeleted")
    delete = invoke(scope, "DeleteWorkflows", functions.delete_workflows, CUSTOMER, **call)
    deprovision = invoke(scope, "DeprovisionTenant", functions.deprovision_tenant, CUSTOMER, outputs=RESULT, **call)
    deprovision.next(sfn.Succeed.jsonata(scope, "TenantOffboarded"))
    are_to_be_deleted.when(sfn.Condition.jsonata("{% $removal.deleteWorkflows = true %}"), delete.next(deprovision))
    return are_to_be_deleted.otherwise(deprovision)


def _hand_over(scope: Construct, start_onboarding: IFunction, call: Call) -> sfn.IChainable:
    start = invoke(scope, "StartOnboarding", start_onboarding, HAND_OVER, outputs=RESULT, **call)
    return start.next(sfn.Succeed.jsonata(scope, "OnboardingStarted"))
