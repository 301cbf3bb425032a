"""Rows that version 0.1 wrote lack `openSince`, by which a sweep finds requests that have not ended. They get it once.

Each sweep goes a megabyte of a tenant's requests further, and the tenant's row says how far; once all are done it costs
nothing any more.
"""

from collections.abc import Iterable
from typing import Final

from functions.ports import Ports
from wfm.model.rows import TenantRow

ALL: Final = "*"  # no request has this id


def index_requests(tenants: Iterable[TenantRow], ports: Ports) -> None:
    """Reconcile: bring the open requests of version 0.1 into the index, step by step."""
    for tenant in tenants:
        customer_id, done = tenant["customerId"], tenant.get("requestsIndexed")
        if done != ALL:
            last = ports.requests.index_open(customer_id, done)
            ports.tenants.save(customer_id, requestsIndexed=last or ALL)
