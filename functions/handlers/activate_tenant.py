"""ActivateTenant: puts a tenant's TPS record into effect; its row becomes ACTIVE or PAUSED."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import ActivationInput
from functions.runtime.records import recorded_tenant
from functions.runtime.wiring import Ports
from functions.services.account_slots import dispatch_tenant, leave_account
from functions.services.availability import reset
from functions.services.onboarding.onboarding import release_claims
from wfm.calendar.timestamps import iso
from wfm.model.onboarding import require_checked
from wfm.model.tenants import FAIR, former_accounts, to_row


class ActivateTenantInput(ActivationInput):
    """`watched`: results that arrive in the tenant's bucket start a poll."""

    watched: bool


class ActivateTenantOutput(TypedDict):
    """ACTIVE or PAUSED."""

    status: str


@entry
def handler(event: ActivateTenantInput, ports: Ports) -> ActivateTenantOutput:
    """Write the record onto the tenant's row, grant free slots, and make the tenant due for a poll."""
    customer_id = event["customerId"]
    tenant = recorded_tenant(customer_id, ports)
    known = ports.tenants.find(customer_id) or {}
    require_checked(tenant, known)
    former = former_accounts(known, now=tenant.advertiser_id)
    fields = {name: value for name, value in to_row(tenant).items() if name != "customerId"}
    ports.tenants.save(
        customer_id,
        **fields,
        status=event["wanted"],
        reason=None,
        resultsWatched=event["watched"],
        formerAccounts=former or None,
    )
    release_claims(known, ports.instance_owners, ports.tenants, keep=tenant.instance_key)
    ports.semaphores.set_fair(customer_id, fair=FAIR in tenant.toggles)
    if not known.get("paused"):  # VerifyCredentials may have skipped a paused one
        reset(customer_id, ports)
    for account_id in former:
        leave_account(customer_id, account_id, ports)
    dispatch_tenant(customer_id, ports)
    ports.tenants.save(customer_id, pollDueAt=iso(ports.clock()))
    return {"status": event["wanted"]}
