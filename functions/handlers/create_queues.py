"""CreateQueues: creates or repairs a tenant's queue, its dead letter queue, and the mapping to `StartExecution`."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import ActivationInput
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import require_deleted
from wfm.model.statuses import TenantStatus


class CreateQueuesOutput(TypedDict):
    """The mapping, and the state that it should reach: Enabled or Disabled."""

    eventSourceMappingId: str
    wantedState: str


@entry
def handler(event: ActivationInput, ports: Ports) -> CreateQueuesOutput:
    """Create or repair them, and write their names onto the tenant's row. A paused tenant's queue is not read."""
    active = event["wanted"] == TenantStatus.ACTIVE
    require_deleted(ports.tenants.find(event["customerId"]) or {}, ports.clock())
    queue_url, dead_letters = ports.queues.ensure(event["customerId"])
    mapping = ports.queues.connect(queue_url, enabled=active)
    ports.tenants.save(
        event["customerId"],
        queueUrl=queue_url,
        deadLetterQueueUrl=dead_letters,
        eventSourceMappingId=mapping,
        queuesDeletedAt=None,
    )
    return {"eventSourceMappingId": mapping, "wantedState": "Enabled" if active else "Disabled"}
