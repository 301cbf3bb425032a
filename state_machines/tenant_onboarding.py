"""`tenant_onboarding`: a TPS record becomes an ACTIVE tenant.

ValidateTenant reads the record as it is now; CreateQueues makes or repairs queue, dead letter queue and their mapping
to `start_execution`; CheckQueue waits until the mapping hands out messages; ActivateTenant records the tenant ACTIVE,
RecordFailure the reason why it is not. However often it runs, it ends in the same place.
"""

from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import ONE_MORE_LOOK, RESULT, invoke, not_ready

PAUSE = cdk.Duration.seconds(5)
CALL = cdk.Duration.seconds(90)
MOST_LOOKS = 120  # ten minutes; a mapping takes seconds

_CUSTOMER = {"customerId": "{% $states.context.Execution.Input.customerId %}"}


@dataclass(frozen=True)
class OnboardingFunctions:
    """The Lambdas that the machine calls; RecordTenant serves both ActivateTenant and RecordFailure."""

    validate_tenant: IFunction
    create_queues: IFunction
    check_queue: IFunction
    record_tenant: IFunction


def tenant_onboarding(scope: Construct, functions: OnboardingFunctions) -> sfn.IChainable:
    """The machine's definition."""
    failure = _record_failure(scope, functions.record_tenant)
    call: Any = {"timeout": CALL, "on_failure": failure, "patience": 10}
    validate = invoke(scope, "ValidateTenant", functions.validate_tenant, _CUSTOMER, **call)
    create = invoke(
        scope, "CreateQueues", functions.create_queues, _CUSTOMER, assign={"mapping": RESULT, "looks": 0}, **call
    )
    check = invoke(
        scope,
        "CheckQueue",
        functions.check_queue,
        {"eventSourceMappingId": "{% $mapping.eventSourceMappingId %}"},
        assign={"state": "{% $states.result.Payload.mappingState %}"},
        **call,
    )
    activate = invoke(scope, "ActivateTenant", functions.record_tenant, _CUSTOMER, outputs=RESULT, **call)
    activate.next(sfn.Succeed.jsonata(scope, "TenantActive"))
    wait = sfn.Wait.jsonata(scope, "WaitForQueue", time=sfn.WaitTime.duration(PAUSE), assign=ONE_MORE_LOOK)
    wait.next(check)
    connected = sfn.Choice.jsonata(scope, "IsQueueConnected")
    connected.when(sfn.Condition.jsonata("{% $state = 'Enabled' %}"), activate)
    given_up = not_ready("{% 'the queue is not connected, its mapping is ' & $state %}")
    connected.when(sfn.Condition.jsonata(f"{{% $looks >= {MOST_LOOKS} %}}"), failure, assign=given_up)
    connected.otherwise(wait)
    return validate.next(create).next(check).next(connected)


def _record_failure(scope: Construct, record_tenant: IFunction) -> sfn.IChainable:
    failed = sfn.Fail.jsonata(scope, "TenantFailed", error="{% $error %}", cause="{% $outcome.reason %}")
    crashed = sfn.Fail.jsonata(scope, "RecordingFailed", error="{% $outcome.error %}", cause="{% $outcome.cause %}")
    record = invoke(
        scope,
        "RecordFailure",
        record_tenant,
        {**_CUSTOMER, "error": "{% $outcome.error %}", "cause": "{% $outcome.cause %}"},
        timeout=CALL,
        on_failure=crashed,
        patience=10,
        assign={"error": "{% $outcome.error %}", "outcome": RESULT},
    )
    return record.next(failed)
