"""What Fleet shows: of all tenants what few calls tell, and of those of one page the rest."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.records import Tenant
from wfm.client.tenants.status import (
    GONE,
    SlotsTaken,
    TenantStatus,
    served,
    slots_taken,
    stale_results,
    tenant_statuses,
)
from wfm.client.times import present
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.queries.runs import BAD
from wfm.model.statuses import TenantStatus as Status

PAGE_SIZE: Final = 25  # tenants, of whom five calls each tell all
ORDERS: Final = ("attention", "name")
TROUBLED: Final = (Status.DEGRADED, Status.FAILED)
WORKING: Final = Status.ACTIVE
STATUSES: Final = tuple(status.value for status in Status if status != GONE)


@dataclass(frozen=True, slots=True)
class Fleet:
    """One page of the tenants that fit the filter. `counts` is of all tenants, `found` of those that fit."""

    tenants: Sequence[TenantStatus]
    counts: Mapping[str, int]
    running: int
    limit: int
    found: int
    number: int
    bad: str = BAD
    statuses: Sequence[str] = STATUSES
    orders: Sequence[str] = ORDERS

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max((self.found + PAGE_SIZE - 1) // PAGE_SIZE, 1)


def read_fleet(wfm: Wfm, given: Given) -> Fleet:
    """The page that the address names. Calls: a scan, a query, a BatchGetItem a hundred tenants, five a line."""
    status, words = given.one_of("status", STATUSES), given.text("search").casefold()
    number, order = given.number("page", 1), given.one_of("order", ORDERS, ORDERS[0])
    tenants = served(wfm.tenants.list())
    taken, stale = slots_taken(wfm.aws, tenants), stale_results(wfm.aws)
    fitting = [tenant for tenant in tenants if status in ("", tenant.status) and _has(tenant, words)]
    if order == "attention":
        fitting.sort(key=lambda tenant: urgency(tenant, taken, stale))
    page = fitting[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Fleet(
        tenant_statuses(wfm.aws, page, taken, stale, present()),
        Counter(tenant.status for tenant in tenants),
        sum(taken.of_tenant.values()),
        sum(tenant.limit for tenant in tenants),
        len(fitting),
        number,
    )


def _has(tenant: Tenant, words: str) -> bool:
    return words in tenant.customer_id.casefold() or words in (tenant.name or "").casefold()


def urgency(tenant: Tenant, taken: SlotsTaken, stale: Container[str] = ()) -> int:
    """0 for one that does not work, 1 if it is held or has stale results, 2 if all slots are taken, 3 for others."""
    if tenant.status in TROUBLED or tenant.poll_error:
        return 0
    if tenant.status != WORKING or tenant.customer_id in stale:
        return 1
    return 2 if taken.of_tenant[tenant.customer_id] >= tenant.limit else 3
