"""`tenant_onboarding`: a tenant becomes what its two rows ask for, however often and in whatever order it runs.

The TPS record says what the tenant is; WFM's own row may say `paused`. ClaimTenant lets one execution at a time work on
a tenant. ValidateTenant refuses a bad record before anything is made. VerifyCredentials asks AMC, WatchResults sees to
the bucket, CreateQueues and CheckQueue to the queue. ActivateTenant lets the record take effect; RollOutLibrary and
ApplySchedules bring what it makes a difference for. RecordTenantFailure says why it did not work. A tenant without a
record shall go: StartOffboarding hands it to `tenant_offboarding`.
"""

from dataclasses import dataclass

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import ONE_MORE_LOOK, RESULT, Call, invoke, not_ready
from state_machines.tenant import CUSTOMER, HAND_OVER, TenantFunctions, begin, calls

PAUSE = cdk.Duration.seconds(5)
MOST_LOOKS = 120  # ten minutes; a mapping takes seconds

_WANTED = {**CUSTOMER, "wanted": "{% $wanted %}"}


@dataclass(frozen=True)
class OnboardingFunctions(TenantFunctions):
    """The Lambdas that the machine calls, by the names of its states."""

    verify_credentials: IFunction
    watch_results: IFunction
    create_queues: IFunction
    check_queue: IFunction
    activate_tenant: IFunction
    roll_out_library: IFunction
    apply_schedules: IFunction
    start_offboarding: IFunction


def tenant_onboarding(scope: Construct, functions: OnboardingFunctions) -> sfn.IChainable:
    """The machine's definition."""
    call = calls(scope, functions, "TenantFailed")
    beginning = begin(scope, functions, call)
    is_wanted = sfn.Choice.jsonata(scope, "IsWanted")
    is_wanted.when(sfn.Condition.jsonata("{% $wanted != 'GONE' %}"), _resources(scope, functions, call))
    is_wanted.otherwise(_hand_over(scope, functions.start_offboarding, call))
    return beginning.next(is_wanted)


def _resources(scope: Construct, functions: OnboardingFunctions, call: Call) -> sfn.IChainable:
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
        scope, "CreateQueues", functions.create_queues, _WANTED, assign={"mapping": RESULT, "looks": 0}, **call
    )
    check = invoke(
        scope,
        "CheckQueue",
        functions.check_queue,
        {"eventSourceMappingId": "{% $mapping.eventSourceMappingId %}"},
        assign={"state": "{% $states.result.Payload.mappingState %}"},
        **call,
    )
    is_connected = sfn.Choice.jsonata(scope, "IsQueueConnected")
    is_connected.when(sfn.Condition.jsonata("{% $state = $mapping.wantedState %}"), _activation(scope, functions, call))
    given_up = not_ready("{% 'the mapping of the queue is ' & $state & ' and not ' & $mapping.wantedState %}")
    is_connected.when(sfn.Condition.jsonata(f"{{% $looks >= {MOST_LOOKS} %}}"), call["on_failure"], assign=given_up)
    wait = sfn.Wait.jsonata(scope, "WaitForQueue", time=sfn.WaitTime.duration(PAUSE), assign=ONE_MORE_LOOK)
    is_connected.otherwise(wait.next(check))
    return verify.next(watch).next(create).next(check).next(is_connected)


def _activation(scope: Construct, functions: OnboardingFunctions, call: Call) -> sfn.IChainable:
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
