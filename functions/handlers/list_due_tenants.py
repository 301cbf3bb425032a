"""ListDueTenants: whom to look at: one tenant, the owners of a bucket, or all whose time has come; in batches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NotRequired, TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.durations import parse_timestamp_or_none
from wfm.model.poll_policy import TICK_TOLERANCE

TENANTS_PER_BATCH: Final = (
    10  # tenants that one Lambda looks at, one after the other: some five seconds when AMC is well
)
MAX_TENANTS_PER_TICK: Final = (
    2000  # at one tick: what the machine's five minutes and its state hold; the others are next
)


class ListDueTenantsInput(TypedDict):
    """One tenant, the owners of a bucket, or none of the two: all whose time has come."""

    customerId: NotRequired[str | None]
    bucket: NotRequired[str | None]


class DueBatch(TypedDict):
    """Tenants that one Lambda looks at; `asked` says that somebody wants it now."""

    tenants: list[str]
    asked: bool


class ListDueTenantsOutput(TypedDict):
    """The tenants, the longest overdue first."""

    batches: list[DueBatch]


@entry
def handler(event: ListDueTenantsInput, ports: Ports) -> ListDueTenantsOutput:
    """Whom to look at now; of all who are due, not more than a tick can take."""
    customer_id, bucket = event.get("customerId"), event.get("bucket")
    if customer_id:
        found = [customer_id]
    elif bucket:
        found = ports.tenants.by_bucket(bucket)
    else:
        now = ports.clock()
        found = ports.tenants.due(now + TICK_TOLERANCE)[:MAX_TENANTS_PER_TICK]
        ports.metrics.seconds("TrackerLag", _lag(found, now, ports))
    batches = [found[start : start + TENANTS_PER_BATCH] for start in range(0, len(found), TENANTS_PER_BATCH)]
    return {"batches": [{"tenants": batch, "asked": bool(customer_id or bucket)} for batch in batches]}


def _lag(found: Sequence[str], now: datetime, ports: Ports) -> float:
    """Seconds that the first of those who are due, the most overdue ACTIVE one if there is any, has waited."""
    due = parse_timestamp_or_none((ports.tenants.find(found[0]) or {}).get("nextPollAt")) if found else None
    return max((now - due).total_seconds(), 0.0) if due else 0.0
