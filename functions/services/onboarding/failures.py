"""Why an onboarding or a removal failed, onto the tenant's row."""

from dataclasses import dataclass

from functions.ports import Ports
from functions.services.onboarding.onboarding import release_claims, restart
from wfm.model.onboarding import SERVICEABLE
from wfm.model.outcomes import of_error
from wfm.model.request_ids import identify
from wfm.model.tenants import from_row


@dataclass(frozen=True)
class Failure:
    """A failed execution: its input, its name, its ARN, and the error and cause that Step Functions reports."""

    asked: object
    name: str
    arn: str
    error: str
    cause: str


def record_tenant_failure(failure: Failure, onboarding: str, ports: Ports) -> str:
    """Write the reason and release the lease, if the execution holds it; the reason.

    An ACTIVE, PAUSED or OFFBOARDING tenant keeps its status. An error of Lambda's own means that an update replaced a
    function during the execution: another one of `onboarding` (an ARN) is started.
    """
    reason = of_error(failure.error, failure.cause).reason
    customer_id, _ = identify(failure.asked, failure.name)
    known = ports.tenants.find(customer_id)
    if known is not None and known.get("onboardingLease") == failure.arn:
        status = known["status"] if known.get("status") in (*SERVICEABLE, "OFFBOARDING") else "FAILED"
        if status != "OFFBOARDING":  # a removal keeps its claim until all is gone
            keep = from_row(known).instance_key if status in SERVICEABLE else None
            release_claims(known, ports.instance_owners, ports.tenants, keep)
        ports.tenants.save(customer_id, status=status, reason=reason, onboardingLease=None)
    if failure.error.startswith("Lambda."):
        restart(failure.asked, customer_id, failure.arn, onboarding, ports.tasks)
    return reason
