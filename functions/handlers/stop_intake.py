"""StopIntake: no message is handed out any more, and those that wait are parked with the reason."""

from typing import Any

from functions.domain.errors import UnknownCustomer
from functions.domain.intake import refuse
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{cancelRuns, deleteWorkflows}`, as the removal was asked for."""
    customer_id = event["customerId"]
    ports.queues.disconnect(customer_id)
    removed = UnknownCustomer(f"customerId: {customer_id!r} was removed while this request was in its queue")
    for record in ports.queues.take_out(customer_id):
        refuse(record, ports.settings.prefix, removed, ports)
    removal = (ports.tenants.find(customer_id) or {}).get("removal") or {}
    return {name: bool(removal.get(name)) for name in ("cancelRuns", "deleteWorkflows")}
