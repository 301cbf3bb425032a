"""CreateQueues: the tenant's queue and dead letter queue, made or repaired, and their mapping to `start_execution`."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{customerId, eventSourceMappingId}`."""
    queue_url, dead_letters = ports.queues.ensure(event["customerId"])
    mapping = ports.queues.connect(queue_url)
    ports.tenants.save(
        event["customerId"], queueUrl=queue_url, deadLetterQueueUrl=dead_letters, eventSourceMappingId=mapping
    )
    return {"customerId": event["customerId"], "eventSourceMappingId": mapping}
