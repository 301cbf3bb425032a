"""ApplySchedules: brings all schedules of a tenant to EventBridge, and releases the tenant's lease.

It is the last step of `tenant_onboarding`.
"""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.wiring import Ports
from functions.services.scheduling.scheduling import apply_schedule


class ApplySchedulesOutput(TypedDict):
    """How many schedules the tenant has."""

    schedules: int


@entry
def handler(event: TenantInput, ports: Ports) -> ApplySchedulesOutput:
    """Make EventBridge's schedules what their rows and the tenant's status ask for."""
    rows = ports.schedules.of_tenant(event["customerId"])
    for row in rows:
        apply_schedule(event["customerId"], row["Name"], ports)
    ports.tenants.save(event["customerId"], onboardingLease=None)
    return {"schedules": len(rows)}
