"""ValidateTenant: what the tenant's rows want now; a record that cannot be used is refused before anything is made."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.records import tenant_in
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import claim_instance
from wfm.model.onboarding import GONE, SERVICEABLE, fingerprint, wanted


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{wanted}`: ACTIVE, PAUSED or GONE. The tenant's AMC instance is its own from here on."""
    customer_id = event["customerId"]
    record, known = ports.customer_config.find(customer_id), ports.tenants.find(customer_id) or {}
    desired = wanted(record, known)
    if record is None:
        ports.tenants.save(customer_id, status="OFFBOARDING")
        return {"wanted": GONE}
    tenant = tenant_in(record, ports)
    claim_instance(tenant, known, ports.instance_owners, ports.tenants)
    ports.tenants.save(customer_id, checkedRecord=fingerprint(tenant))
    if known.get("status") not in SERVICEABLE:
        ports.tenants.save(customer_id, status="PROVISIONING", reason=None, removal=None)
    return {"wanted": desired}
