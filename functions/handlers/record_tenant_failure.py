"""RecordTenantFailure: writes onto the tenant's row why an onboarding or a removal failed."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import FailureInput
from functions.runtime.wiring import Ports
from functions.services.onboarding.failures import Failure, record_tenant_failure


class RecordTenantFailureOutput(TypedDict):
    """The failure in a sentence."""

    reason: str


@entry
def handler(event: FailureInput, ports: Ports) -> RecordTenantFailureOutput:
    """Write the reason and release the lease."""
    about = event["input"], event["executionName"], event["executionArn"]
    failure = Failure(*about, error=event["error"], cause=event["cause"])
    return {"reason": record_tenant_failure(failure, ports.settings.tenant_onboarding_arn, ports)}
