"""StopSchedules: nothing of a tenant that is to go fires any more; its rows stay."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.scheduling.scheduling import disable_schedule


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{schedules}`, how many there are."""
    rows = ports.schedules.of_tenant(event["customerId"])
    for row in rows:
        disable_schedule(event["customerId"], row["Name"], "the tenant is being removed", ports)
    return {"schedules": len(rows)}
