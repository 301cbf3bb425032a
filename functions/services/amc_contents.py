"""What is in a tenant's AMC instance may be read for people as long as WFM has the tenant's credentials."""

from functions.ports import Tenants
from functions.services.execution.preparation import active_tenant
from wfm.model.requests import customer_id_of
from wfm.model.rows import Document
from wfm.model.statuses import TenantStatus
from wfm.model.tenants import Tenant


def tenant_to_read(event: Document, tenants: Tenants) -> Tenant:
    """The tenant that an event names: ACTIVE, PAUSED or OFFBOARDING. InvalidRequest, or UnknownCustomer."""
    return active_tenant(customer_id_of(event), tenants, also=[TenantStatus.OFFBOARDING])
