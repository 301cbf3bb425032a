"""DeprovisionTenant: deletes queues, mapping and the claim on the AMC instance; the tenant's history stays."""

from functools import partial
from typing import Final, TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.wiring import Ports
from functions.services.account_slots import leave_account
from functions.services.execution.queue_messages import park
from functions.services.onboarding.onboarding import release_claims
from wfm.calendar.timestamps import iso
from wfm.model.json_schema import validate
from wfm.model.tenants import former_accounts

_validate = partial(validate, "execution_request")
_REMOVED: Final = (
    *("queueUrl", "deadLetterQueueUrl", "eventSourceMappingId", "pollDueAt"),
    *("paused", "removal", "reason", "onboardingLease"),
)


class DeprovisionTenantOutput(TypedDict):
    """OFFBOARDED."""

    status: str


@entry
def handler(event: TenantInput, ports: Ports) -> DeprovisionTenantOutput:
    """Record the requests that arrived since DrainQueue as REJECTED, then delete the rest."""
    customer_id = event["customerId"]
    ports.queues.disconnect(customer_id)
    park(ports.queues.drain(customer_id), customer_id, ports.settings.prefix, _validate, ports)
    ports.queues.delete(customer_id)
    row = ports.tenants.find(customer_id) or {"customerId": customer_id}
    release_claims(row, ports.instance_owners, ports.tenants)
    for account_id in former_accounts(row, now=""):
        leave_account(customer_id, account_id, ports)
    ports.tenants.save(customer_id, **dict.fromkeys(_REMOVED), status="OFFBOARDED", queuesDeletedAt=iso(ports.clock()))
    return {"status": "OFFBOARDED"}
