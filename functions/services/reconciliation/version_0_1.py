"""Rows that version 0.1 wrote lack `openSince`, by which a sweep finds requests that have not ended. They get it once.

Each sweep goes a megabyte of a tenant's requests further, and the tenant's row says how far. Once all are done the row
has the data version of now, and it costs nothing any more.
"""

from collections.abc import Iterable
from typing import Final

from functions.ports import Ports
from wfm.model.rows import DATA_VERSION, TenantRow

OLDEST: Final = 1  # of a tenant whose row says no version
_ALL: Final = "*"  # written before there was a data version, when all were done


def index_requests(tenants: Iterable[TenantRow], ports: Ports) -> None:
    """Reconcile: bring the open requests of version 0.1 into the index, step by step."""
    for tenant in tenants:
        if tenant.get("dataVersion", OLDEST) < DATA_VERSION:
            customer_id, done = tenant["customerId"], tenant.get("requestsIndexed")
            last = None if done == _ALL else ports.requests.index_open(customer_id, done)
            version = None if last else DATA_VERSION
            ports.tenants.save(customer_id, requestsIndexed=last, dataVersion=version)
