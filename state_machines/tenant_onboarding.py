"""`tenant_onboarding`: makes a tenant what its two rows ask for. Idempotent; executions may come in any order.

The TPS record describes the tenant; WFM's own row may say `paused`. ClaimTenant takes the tenant's lease: one execution
at a time works on a tenant. ValidateTenant refuses an invalid record before anything changes. VerifyCredentials asks
AMC. WatchResults sets the bucket's notifications, CreateQueues and CheckQueue set up the queue. ActivateTenant puts the
record into effect; RollOutLibrary and ApplySchedules update workflows and schedules. RecordTenantFailure records an
error. A tenant without a record is removed: StartOffboarding hands it to `tenant_offboarding`.
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
    invoke,
    not_ready,
    too_many_retries,
)
from state_machines.tenant import CUSTOMER, HAND_OVER, MAX_POLL_RETRIES, TenantFunctions, begin, calls

POLL_INTERVAL = cdk.Duration.seconds(5)
MAX_POLLS = 120  # ten minutes; a mapping takes seconds

_WANTED = {**CUSTOMER, "wanted": "{% $wanted %}"}


@dataclass(frozen=True)
class TenantOnboardingFunctions(TenantFunctions):
    """The Lambdas that the machine calls, by the names of its states."""

    verify_credentials: IFunction
    watch_results: IFunction
    create_queues: IFunction
    check_queue: IFunction
    activate_tenant: IFunction
    roll_out_library: IFunction
    apply_schedules: IFunction
    start_offboarding: IFunction


def tenant_onboarding(scope: Construct, functions: TenantOnboardingFunctions) -> sfn.IChainable:
    """The machine's definition."""
    call = calls(scope, functions, "TenantFailed")
    beginning = begin(scope, functions, call)
    is_wanted = sfn.Choice.jsonata(scope, "IsWanted")
    is_wanted.when(sfn.Condition.jsonata("{% $wanted != 'GONE' %}"), _resources(scope, functions, call))
    is_wanted.otherwise(_hand_over(scope, functions.start_offboarding, call))
    return beginning.next(is_wanted)


def _resources(scope: Construct, functions: TenantOnboardingFunctions, call: Call) -> sfn.IChainable:
    verify = invoke(scope, "VerifyCredentials", functions.verify_credentials, CUSTOMER, **call)
    watch = invoke(
        scope,
        "WatchResults",
        functions.watch_results,
        CUSTOMER,
        assign={"watched": "{% $states.result.Payload.watched %}"},
        **call,
    )
    create = invoke(
        scope,
        "CreateQueues",
        functions.create_queues,
        _WANTED,
        assign={"mapping": RESULT, "polls": 0, "retries": 0},
        **call,
    )
    check = invoke(
        scope,
        "CheckQueue",
        functions.check_queue,
        {"eventSourceMappingId": "{% $mapping.eventSourceMappingId %}"},
        assign={"state": "{% $states.result.Payload.mappingState %}", **count_retries()},
        **call,
    )
    is_connected = sfn.Choice.jsonata(scope, "IsQueueConnected")
    is_connected.when(sfn.Condition.jsonata("{% $state = $mapping.wantedState %}"), _activation(scope, functions, call))
    timed_out = not_ready("{% 'the mapping of the queue is ' & $state & ' and not ' & $mapping.wantedState %}")
    is_connected.when(sfn.Condition.jsonata(f"{{% $polls >= {MAX_POLLS} %}}"), call["on_failure"], assign=timed_out)
    is_connected.when(too_many_retries(MAX_POLL_RETRIES), call["on_failure"], assign=GIVEN_UP)
    wait = sfn.Wait.jsonata(scope, "WaitForQueue", time=sfn.WaitTime.duration(POLL_INTERVAL), assign=COUNT_POLL)
    is_connected.otherwise(wait.next(check))
    return verify.next(watch).next(create).next(check).next(is_connected)


def _activation(scope: Construct, functions: TenantOnboardingFunctions, call: Call) -> sfn.IChainable:
    activate = invoke(
        scope, "ActivateTenant", functions.activate_tenant, {**_WANTED, "watched": "{% $watched %}"}, **call
    )
    roll_out = invoke(scope, "RollOutLibrary", functions.roll_out_library, CUSTOMER, **call)
    apply_schedules = invoke(scope, "ApplySchedules", functions.apply_schedules, CUSTOMER, **call)
    ready = sfn.Succeed.jsonata(scope, "TenantReady", outputs={"status": "{% $wanted %}"})
    return activate.next(roll_out).next(apply_schedules).next(ready)


def _hand_over(scope: Construct, start_offboarding: IFunction, call: Call) -> sfn.IChainable:
    start = invoke(scope, "StartOffboarding", start_offboarding, HAND_OVER, outputs=RESULT, **call)
    return start.next(sfn.Succeed.jsonata(scope, "OffboardingStarted"))
