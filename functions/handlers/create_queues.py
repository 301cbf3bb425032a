"""CreateQueues: the tenant's queue and dead letter queue, made or repaired, and their mapping to `start_execution`."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, wanted}` -> `{eventSourceMappingId, wantedState}`; a paused tenant's messages stay in its queue."""
    active = event["wanted"] == "ACTIVE"
    queue_url, dead_letters = ports.queues.ensure(event["customerId"])
    mapping = ports.queues.connect(queue_url, enabled=active)
    ports.tenants.save(
        event["customerId"], queueUrl=queue_url, deadLetterQueueUrl=dead_letters, eventSourceMappingId=mapping
    )
    return {"eventSourceMappingId": mapping, "wantedState": "Enabled" if active else "Disabled"}
