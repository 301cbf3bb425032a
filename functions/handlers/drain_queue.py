"""DrainQueue: stops the reading of a tenant's queue, and records the requests in it as REJECTED."""

from functools import partial
from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.wiring import Ports
from functions.services.execution.queue_messages import park
from wfm.model.json_schema import validate

_validate = partial(validate, "execution_request")


class DrainQueueOutput(TypedDict):
    """What the removal on the tenant's row asks for."""

    cancelRuns: bool
    deleteWorkflows: bool


@entry
def handler(event: TenantInput, ports: Ports) -> DrainQueueOutput:
    """Delete the mapping, then drain the queue."""
    customer_id = event["customerId"]
    ports.queues.disconnect(customer_id)
    park(ports.queues.drain(customer_id), customer_id, ports.settings.prefix, _validate, ports)
    removal = (ports.tenants.find(customer_id) or {}).get("removal") or {}
    return {
        "cancelRuns": bool(removal.get("cancelRuns")),
        "deleteWorkflows": bool(removal.get("deleteWorkflows")),
    }
