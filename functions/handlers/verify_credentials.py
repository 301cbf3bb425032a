"""VerifyCredentials: calls the tenant's AMC instance; a refusal says which id is wrong."""

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.records import recorded_tenant
from functions.runtime.wiring import Ports
from functions.services.onboarding.credentials_check import verify_credentials
from wfm.errors import TransientError
from wfm.model.onboarding import needs_no_check
from wfm.model.statuses import TenantStatus


@entry
def handler(event: TenantInput, ports: Ports) -> None:
    """InvalidRecord, CredentialsRefused or AmcRefused. A tenant that is only to be paused is not checked.

    What may pass is retried for hours: meanwhile a tenant that is PROVISIONING says why.
    """
    customer_id = event["customerId"]
    tenant = recorded_tenant(customer_id, ports)
    known = ports.tenants.find(customer_id) or {}
    if needs_no_check(tenant, known):
        return
    try:
        verify_credentials(tenant, ports.amc, ports.clock())
    except TransientError as exc:
        if known.get("status") == TenantStatus.PROVISIONING:
            ports.tenants.save(customer_id, reason=f"AMC is asked again: {exc}")
        raise
