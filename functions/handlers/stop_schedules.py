"""StopSchedules: deletes a removed tenant's schedules in EventBridge; their rows stay."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.wiring import Ports
from functions.services.scheduling.scheduling import disable_schedule


class StopSchedulesOutput(TypedDict):
    """How many schedules the tenant has."""

    schedules: int


@entry
def handler(event: TenantInput, ports: Ports) -> StopSchedulesOutput:
    """Delete each, with the reason on its row."""
    rows = ports.schedules.of_tenant(event["customerId"])
    for row in rows:
        disable_schedule(event["customerId"], row["Name"], "the tenant is being removed", ports)
    return {"schedules": len(rows)}
