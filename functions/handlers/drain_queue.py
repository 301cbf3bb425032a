"""DrainQueue: no message is handed out any more, and those that wait are parked with the reason."""

from functools import partial
from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.intake import park
from wfm.model.json_schema import validate

_validate = partial(validate, "execution_request")


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{cancelRuns, deleteWorkflows}`, as the removal was asked for."""
    customer_id = event["customerId"]
    ports.queues.disconnect(customer_id)
    park(ports.queues.drain(customer_id), customer_id, ports.settings.prefix, _validate, ports)
    removal = (ports.tenants.find(customer_id) or {}).get("removal") or {}
    return {name: bool(removal.get(name)) for name in ("cancelRuns", "deleteWorkflows")}
