"""ValidateTenant: reads what the tenant's rows ask for, and refuses an invalid record before anything changes."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.records import tenant_in
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import claim_instance
from wfm.model.onboarding import GONE, SERVICEABLE, fingerprint, wanted
from wfm.model.record_fields import unread_in_customer


class ValidateTenantOutput(TypedDict):
    """What the tenant should become: ACTIVE, PAUSED or GONE."""

    wanted: str


@entry
def handler(event: TenantInput, ports: Ports) -> ValidateTenantOutput:
    """Claim the tenant's AMC instance. InvalidRecord names every wrong field, or the instance's other owner."""
    customer_id = event["customerId"]
    record, known = ports.customer_config.find(customer_id), ports.tenants.find(customer_id) or {}
    desired = wanted(record, known)
    if record is None:
        ports.tenants.save(customer_id, status="OFFBOARDING")
        return {"wanted": GONE}
    tenant = tenant_in(record, ports)
    claim_instance(tenant, known, ports.instance_owners, ports.tenants)
    ports.tenants.save(
        customer_id, checkedRecord=fingerprint(tenant), recordWarnings=unread_in_customer(record) or None
    )
    if known.get("status") not in SERVICEABLE:
        ports.tenants.save(customer_id, status="PROVISIONING", reason=None, removal=None)
    return {"wanted": desired}
