"""`tenant_offboarding`: removes a tenant whose TPS record was deleted; its history stays.

ClaimTenant takes the tenant's lease: one execution at a time works on a tenant. ValidateTenant reads the record again;
if it is back, StartOnboarding hands the tenant to `tenant_onboarding`. StopSchedules and DrainQueue stop new requests.
CancelRuns cancels WFM's runs if the removal asks for it; CheckRuns and WaitForRuns wait for their end. DeleteWorkflows
deletes the workflows in AMC if asked. DeprovisionTenant removes the rest. RecordTenantFailure records an error.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import COUNT_POLL, GIVEN_UP, RESULT, Call, count_retries, invoke, too_many_retries
from state_machines.tenant import CUSTOMER, HAND_OVER, MAX_POLL_RETRIES, TenantFunctions, begin, calls

POLL_INTERVAL = cdk.Duration.minutes(2)
MAX_POLLS = 26 * 30  # a day and two hours: AMC ends a run after a day


@dataclass(frozen=True)
class TenantOffboardingFunctions(TenantFunctions):
    """The Lambdas that the machine calls, by the names of its states."""

    stop_schedules: IFunction
    drain_queue: IFunction
    cancel_runs: IFunction
    check_runs: IFunction
    delete_workflows: IFunction
    deprovision_tenant: IFunction
    start_onboarding: IFunction


def tenant_offboarding(scope: Construct, functions: TenantOffboardingFunctions) -> sfn.IChainable:
    """The machine's definition."""
    call = calls(scope, functions, "OffboardingFailed")
    beginning = begin(scope, functions, call)
    is_unwanted = sfn.Choice.jsonata(scope, "IsUnwanted")
    is_unwanted.when(sfn.Condition.jsonata("{% $wanted = 'GONE' %}"), _drain(scope, functions, call))
    is_unwanted.otherwise(_hand_over(scope, functions.start_onboarding, call))
    return beginning.next(is_unwanted)


def _drain(scope: Construct, functions: TenantOffboardingFunctions, call: Call) -> sfn.IChainable:
    stop = invoke(scope, "StopSchedules", functions.stop_schedules, CUSTOMER, **call)
    drain = invoke(
        scope,
        "DrainQueue",
        functions.drain_queue,
        CUSTOMER,
        assign={"removal": RESULT, "polls": 0, "retries": 0},
        **call,
    )
    are_to_be_cancelled = sfn.Choice.jsonata(scope, "AreRunsToBeCancelled")
    cancel = invoke(scope, "CancelRuns", functions.cancel_runs, CUSTOMER, **call)
    check = _runs(scope, functions, call)
    are_to_be_cancelled.when(sfn.Condition.jsonata("{% $removal.cancelRuns = true %}"), cancel.next(check))
    are_to_be_cancelled.otherwise(check)
    return stop.next(drain).next(are_to_be_cancelled)


def _runs(scope: Construct, functions: TenantOffboardingFunctions, call: Call) -> sfn.IChainable:
    check = invoke(
        scope,
        "CheckRuns",
        functions.check_runs,
        CUSTOMER,
        assign={"activeRuns": "{% $states.result.Payload.activeRuns %}", **count_retries()},
        **call,
    )
    have_ended = sfn.Choice.jsonata(scope, "HaveRunsEnded")
    have_ended.when(
        sfn.Condition.jsonata(f"{{% $activeRuns = 0 or $polls >= {MAX_POLLS} %}}"), _resources(scope, functions, call)
    )
    have_ended.when(too_many_retries(MAX_POLL_RETRIES), call["on_failure"], assign=GIVEN_UP)
    wait = sfn.Wait.jsonata(scope, "WaitForRuns", time=sfn.WaitTime.duration(POLL_INTERVAL), assign=COUNT_POLL)
    have_ended.otherwise(wait.next(check))
    check.next(have_ended)
    return check


def _resources(scope: Construct, functions: TenantOffboardingFunctions, call: Call) -> sfn.IChainable:
    are_to_be_deleted = sfn.Choice.jsonata(scope, "AreWorkflowsToBeDeleted")
    delete = invoke(scope, "DeleteWorkflows", functions.delete_workflows, CUSTOMER, **call)
    deprovision = invoke(scope, "DeprovisionTenant", functions.deprovision_tenant, CUSTOMER, outputs=RESULT, **call)
    deprovision.next(sfn.Succeed.jsonata(scope, "TenantOffboarded"))
    are_to_be_deleted.when(sfn.Condition.jsonata("{% $removal.deleteWorkflows = true %}"), delete.next(deprovision))
    return are_to_be_deleted.otherwise(deprovision)


def _hand_over(scope: Construct, start_onboarding: IFunction, call: Call) -> sfn.IChainable:
    start = invoke(scope, "StartOnboarding", start_onboarding, HAND_OVER, outputs=RESULT, **call)
    return start.next(sfn.Succeed.jsonata(scope, "OnboardingStarted"))
