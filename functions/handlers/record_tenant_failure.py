"""RecordTenantFailure: why the record did not take effect, onto the tenant's row."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import release_claims, restart
from wfm.model.onboarding import SERVICEABLE
from wfm.model.outcomes import of_error
from wfm.model.request_ids import identify
from wfm.model.tenants import from_row


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{input, executionName, executionArn, error, cause}` -> `{reason}`.

    A tenant that is ACTIVE, PAUSED or on its way out stays what it is, with the reason beside it. The lease is given
    back. Where Lambda had no such function, or would not let it be called, an update has replaced the definition
    amid the execution: one more, by the new definition, does the work.
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
