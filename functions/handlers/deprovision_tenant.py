"""DeprovisionTenant: queues, their mapping and the claim on the AMC instance go; the tenant's history stays.

What was sent since DrainQueue is parked first.
"""

from functools import partial
from typing import Any, Final

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.intake import park
from functions.services.onboarding.onboarding import release_claims
from wfm.model.json_schema import validate

_validate = partial(validate, "execution_request")
_REMOVED: Final = (
    *("queueUrl", "deadLetterQueueUrl", "eventSourceMappingId", "nextPollAt"),
    *("paused", "removal", "reason", "onboardingLease"),
)


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{status}`."""
    customer_id = event["customerId"]
    ports.queues.disconnect(customer_id)
    park(ports.queues.drain(customer_id), customer_id, ports.settings.prefix, _validate, ports)
    ports.queues.delete(customer_id)
    row = ports.tenants.find(customer_id) or event
    release_claims(row, ports.instance_owners, ports.tenants)

    ports.tenants.save(customer_id, **dict.fromkeys(_REMOVED), status="OFFBOARDED")
    return {"status": "OFFBOARDED"}
