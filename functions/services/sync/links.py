"""Who follows whom among a tenant's workflows: kept on the tenant's row, which the end of a request reads anyway."""

from typing import Final

from functions.ports import Ports
from wfm.errors import NotReadyYet
from wfm.model.chain_links import links_of_rows, tenant_links

MAX_TRIES: Final = 10


def link_workflows(customer_id: str, ports: Ports) -> None:
    """RouteWorkflowEvent, RollOutLibrary: bring the tenant's row to what its workflows say. Idempotent.

    The tenant's row is read first: who has read older workflows than another one cannot write after it. Without a row
    nothing is done; its onboarding does it.
    """
    for _ in range(MAX_TRIES):
        tenant = ports.tenants.find(customer_id)
        if tenant is None:
            return
        found = links_of_rows(ports.workflows.of_tenant(customer_id))
        if tenant_links(tenant) == found or ports.tenants.save_links(customer_id, found, tenant):
            return
    raise NotReadyYet(f"{customer_id}: concurrent updates of who follows whom; retrying")
