"""ClaimTenant: one onboarding at a time works on a tenant; the next one waits, and reads what is wanted by then."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import acquire_lease
from wfm.model.requests import customer_id_of


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{input: {customerId}, executionArn}` -> `{customerId}`."""
    customer_id = customer_id_of(event["input"] if isinstance(event["input"], dict) else {})
    acquire_lease(customer_id, event["executionArn"], ports.tenants, ports.tasks)
    return {"customerId": customer_id}
