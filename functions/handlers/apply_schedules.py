"""ApplySchedules: EventBridge has a tenant's schedules as its rows ask for, on or off as the tenant is.

It is the last step of an onboarding, so the lease on the tenant is given back.
"""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.scheduling.scheduling import apply_schedule


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{schedules}`, how many there are."""
    rows = ports.schedules.of_tenant(event["customerId"])
    for row in rows:
        apply_schedule(event["customerId"], row["Name"], ports)
    ports.tenants.save(event["customerId"], onboardingLease=None)
    return {"schedules": len(rows)}
