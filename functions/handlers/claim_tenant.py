"""ClaimTenant: takes the tenant's lease, so that one execution at a time works on a tenant."""

from functions.runtime.entry import entry
from functions.runtime.inputs import ExecutionInput, TenantInput
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import acquire_lease
from wfm.model.requests import customer_id_of


@entry
def handler(event: ExecutionInput, ports: Ports) -> TenantInput:
    """InvalidRequest if the input names no tenant; NotReadyYet while another execution holds the lease."""
    customer_id = customer_id_of(event["input"] if isinstance(event["input"], dict) else {})
    acquire_lease(customer_id, event["executionArn"], ports.tenants, ports.tasks)
    return {"customerId": customer_id}
