"""VerifyCredentials: a real call to the tenant's AMC instance; a refusal says which id is wrong."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.records import recorded_tenant
from functions.runtime.wiring import Ports
from functions.services.onboarding.credentials_check import verify
from wfm.model.onboarding import needs_no_check


@entry
def handler(event: dict[str, Any], ports: Ports) -> None:
    """`{customerId}`."""
    customer_id = event["customerId"]
    tenant = recorded_tenant(customer_id, ports)
    if not needs_no_check(tenant, ports.tenants.find(customer_id) or {}):
        verify(tenant, ports.amc, ports.clock())
