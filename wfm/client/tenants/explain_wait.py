"""Why a tenant's requests wait: the part of the answer to "why does it not run?" that concerns all of them."""

from typing import Final

from wfm.client.records import Tenant
from wfm.model.availability import DEGRADED

SERVED: Final = ("ACTIVE", DEGRADED)


def explain_wait(tenant: Tenant) -> str:
    """What keeps all requests of the tenant, "" if nothing does."""
    resume = f"`wfm tenants resume {tenant.customer_id}`"
    if tenant.status == DEGRADED:
        until = tenant.row.get("degradedUntil")
        again = f"it is tried again after {until}" if until else "it continues by itself when AMC answers"
        since = tenant.row.get("degradedSince")
        return f"the tenant, DEGRADED since {since}: {tenant.reason}; {again}, at once with {resume}"
    if tenant.status == "PAUSED":
        return f"the tenant, which is PAUSED: resume it with {resume}"
    if tenant.status not in SERVED:
        return f"the tenant, which is {tenant.status}" + (f": {tenant.reason}" if tenant.reason else "")
    return ""
