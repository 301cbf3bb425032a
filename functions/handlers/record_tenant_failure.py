"""RecordTenantFailure: writes onto the tenant's row why an onboarding or a removal failed."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import FailureInput
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import release_claims, restart
from wfm.model.onboarding import SERVICEABLE
from wfm.model.outcomes import of_error
from wfm.model.request_ids import identify
from wfm.model.tenants import from_row


class RecordTenantFailureOutput(TypedDict):
    """The failure in a sentence."""

    reason: str


@entry
def handler(event: FailureInput, ports: Ports) -> RecordTenantFailureOutput:
    """Write the reason and release the lease. An ACTIVE, PAUSED or OFFBOARDING tenant keeps its status.

    An error of Lambda's own means that an update replaced a function during the execution: another one is started.
    """
    reason = of_error(event["error"], event["cause"]).reason
    customer_id, _ = identify(event["input"], event["executionName"])
    known = ports.tenants.find(customer_id)
    if known is not None and known.get("onboardingLease") == event["executionArn"]:
        status = known["status"] if known.get("status") in (*SERVICEABLE, "OFFBOARDING") else "FAILED"
        if status != "OFFBOARDING":  # a removal keeps its claim until all is gone
            keep = from_row(known).instance_key if status in SERVICEABLE else None
            release_claims(known, ports.instance_owners, ports.tenants, keep)
        ports.tenants.save(customer_id, status=status, reason=reason, onboardingLease=None)
    if event["error"].startswith("Lambda."):
        machine = ports.settings.tenant_onboarding_arn
        restart(event["input"], customer_id, event["executionArn"], machine, ports.tasks)
    return {"reason": reason}
