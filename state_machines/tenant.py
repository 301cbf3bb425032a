"""How both machines of a tenant begin: in turn, and with what the tenant's rows ask for by then."""

from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
import aws_cdk.aws_stepfunctions as sfn
from aws_cdk.aws_lambda import IFunction
from constructs import Construct

from state_machines.steps import Call, failure_path, invoke

CALL: Final = cdk.Duration.seconds(150)
PATIENCE = 200  # tries of what will pass: more than an hour and a half
# Somebody else's removal may wait for runs to end. Each try is three of the 25,000 events that an execution may have.
PATIENCE_FOR_OTHERS = 1500

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
    """What the Tasks have in common; RecordTenantFailure and the Fail `end` are their failure path."""
    failure = failure_path(
        scope, "RecordTenantFailure", functions.record_tenant_failure, _EXECUTION, end=end, timeout=CALL
    )
    return {"timeout": CALL, "on_failure": failure, "patience": PATIENCE}


def begin(scope: Construct, functions: TenantFunctions, call: Call) -> sfn.Chain:
    """ClaimTenant and ValidateTenant: `$customer`, and what is `$wanted` of it: ACTIVE, PAUSED or GONE."""
    in_turn: Call = {**call, "patience": PATIENCE_FOR_OTHERS}
    claim = invoke(
        scope,
        "ClaimTenant",
        functions.claim_tenant,
        _EXECUTION,
        assign={"customer": "{% $states.result.Payload.customerId %}"},
        **in_turn,
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
