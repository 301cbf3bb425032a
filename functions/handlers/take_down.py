"""TakeDown: queues, their mapping and the claim on the AMC instance go; the tenant is OFFBOARDED, its history stays."""

from typing import Any

from functions.domain.onboarding import give_up_claims
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{status}`."""
    customer_id = event["customerId"]
    ports.queues.disconnect(customer_id)
    ports.queues.delete(customer_id)
    row = ports.tenants.find(customer_id) or event
    give_up_claims(row, ports.instance_owners, ports.tenants)
    gone = dict.fromkeys(("queueUrl", "deadLetterQueueUrl", "eventSourceMappingId", "nextPollAt", "paused", "removal"))
    ports.tenants.save(customer_id, **gone, status="OFFBOARDED", reason=None, onboardingLease=None)
    return {"status": "OFFBOARDED"}
