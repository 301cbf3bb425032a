"""VerifyCredentials: calls the tenant's AMC instance; a refusal says which id is wrong."""

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.records import recorded_tenant
from functions.runtime.wiring import Ports
from functions.services.onboarding.credentials_check import verify
from wfm.model.onboarding import needs_no_check


@entry
def handler(event: TenantInput, ports: Ports) -> None:
    """InvalidRecord, CredentialsRefused or AmcRefused. A tenant that is only to be paused is not checked."""
    customer_id = event["customerId"]
    tenant = recorded_tenant(customer_id, ports)
    if not needs_no_check(tenant, ports.tenants.find(customer_id) or {}):
        verify(tenant, ports.amc, ports.clock())
