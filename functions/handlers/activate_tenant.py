"""ActivateTenant: the record takes effect: onto the tenant's row, ACTIVE or PAUSED, due for a look, its line served."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.records import recorded_tenant
from functions.runtime.wiring import Ports
from functions.services.availability import reset
from functions.services.onboarding.onboarding import release_claims
from functions.services.semaphore import dispatch
from wfm.calendar.timestamps import iso
from wfm.model.onboarding import require_checked
from wfm.model.tenants import FAIR, to_row


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, wanted, watched}` -> `{status}`."""
    customer_id = event["customerId"]
    tenant = recorded_tenant(customer_id, ports)
    known = ports.tenants.find(customer_id) or {}
    require_checked(tenant, known)
    fields = {name: value for name, value in to_row(tenant).items() if name != "customerId"}
    ports.tenants.save(
        customer_id,
        **fields,
        status=event["wanted"],
        reason=None,
        resultsWatched=event["watched"],
    )
    release_claims(known, ports.instance_owners, ports.tenants, keep=tenant.instance_key)
    ports.semaphores.set_fair(customer_id, fair=FAIR in tenant.toggles)
    if not known.get("paused"):  # of a paused one nothing may have been proven
        reset(customer_id, ports)
    dispatch(ports.semaphores, ports.tasks.notify, customer_id, ports.tenants.limit(customer_id))
    ports.tenants.save(customer_id, nextPollAt=iso(ports.clock()))
    return {"status": event["wanted"]}
