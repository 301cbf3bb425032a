"""How both machines of a tenant begin: they take the tenant's lease, then read what its rows ask for."""

from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import Call, failure_path, invoke

CALL_TIMEOUT: Final = cdk.Duration.seconds(150)
MAX_ATTEMPTS = 200  # of a transient error: more than an hour and a half
# Whoever holds the lease may wait for runs to end. Each attempt is three of the 25,000 events of an execution.
MAX_CLAIM_ATTEMPTS = 1500
MAX_POLL_RETRIES = 300  # of all polls together

CUSTOMER: Final = {"customerId": "{% $customer %}"}
HAND_OVER: Final = {**CUSTOMER, "executionArn": "{% $states.context.Execution.Id %}"}
_EXECUTION: Final = {
    "input": "{% $states.context.Execution.Input %}",
    "executionName": "{% $states.context.Execution.Name %}",
    "executionArn": "{% $states.context.Execution.Id %}",
}


@dataclass(frozen=True)
class TenantFunctions:
    """The Lambdas that both machines call, by the names of their states."""

    claim_tenant: IFunction
    validate_tenant: IFunction
    record_tenant_failure: IFunction


def calls(scope: Construct, functions: TenantFunctions, end: str) -> Call:
    """Arguments that the Tasks share; RecordTenantFailure and the Fail `end` are their failure path."""
    failure = failure_path(
        scope, "RecordTenantFailure", functions.record_tenant_failure, _EXECUTION, end=end, timeout=CALL_TIMEOUT
    )
    return {"timeout": CALL_TIMEOUT, "on_failure": failure, "max_attempts": MAX_ATTEMPTS}


def begin(scope: Construct, functions: TenantFunctions, call: Call) -> sfn.Chain:
    """ClaimTenant and ValidateTenant. They assign `$customer` and `$wanted`, which is ACTIVE, PAUSED or GONE."""
    claim_call: Call = {**call, "max_attempts": MAX_CLAIM_ATTEMPTS}
    claim = invoke(
        scope,
        "ClaimTenant",
        functions.claim_tenant,
        _EXECUTION,
        assign={"customer": "{% $states.result.Payload.customerId %}"},
        **claim_call,
    )
    validate = invoke(
        scope,
        "ValidateTenant",
        functions.validate_tenant,
        CUSTOMER,
        assign={"wanted": "{% $states.result.Payload.wanted %}"},
        **call,
    )
    return claim.next(validate)
