"""All tenants at a glance: what is queued, waits and runs, what has failed today, and what comes next."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from wfm.calendar.timestamps import iso
from wfm.client.records import Tenant
from wfm.client.tenants.details import GateUse, QueueDepth

if TYPE_CHECKING:
    from wfm.client.wfm import Wfm

AT_A_TIME: Final = 8  # tenants
GONE: Final = "OFFBOARDED"


@dataclass(frozen=True, slots=True)
class Failed:
    """How many failed; `more` when there were too many rows to look at all."""

    count: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.count}{'+' if self.more else ''}"


@dataclass(frozen=True, slots=True)
class TenantStanding:
    """One tenant's line. Times are ISO 8601 UTC texts; None where there is nothing.

    `queued` is SQS's own estimate of what is in the queue; `oldest_wait` is since when the oldest in line waits.
    """

    tenant: Tenant
    queued: QueueDepth | None
    waiting: int
    running: int
    failed_today: Failed
    oldest_wait: str | None
    next_schedule: str | None

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        tenant, queued = self.tenant, self.queued
        return {
            "customerId": tenant.customer_id,
            "status": tenant.status,
            "reason": tenant.reason,
            "queued": queued.waiting + queued.in_flight if queued else None,
            "waiting": self.waiting,
            "running": self.running,
            "limit": tenant.limit,
            "failedToday": self.failed_today.count,
            "failedTodayAtLeast": self.failed_today.more,
            "oldestWaitSince": self.oldest_wait,
            "lastLookedAt": tenant.row.get("lastLookedAt"),
            "lookFailure": tenant.row.get("lookFailure"),
            "nextScheduleAt": self.next_schedule,
        }


def next_of(rows: Iterator[dict[str, Any]], now: str) -> str | None:
    """The next time at which one of these schedules fires; those that are off do not."""
    on = (row for row in rows if not row.get("paused") and row.get("State", "ENABLED") == "ENABLED")
    return min((str(row["nextRunAt"]) for row in on if str(row.get("nextRunAt", "")) > now), default=None)


class Standings:
    """Of one deployment, eight tenants at a time.

    Calls: a scan of Tenants and one BatchGetItem for each hundred tenants; then for each tenant one GetQueueAttributes
    and one query each for the line, the schedules, today's requests and today's outside runs. That is five, and one
    more for each further megabyte. Of today's requests and runs at most `MOST_PAGES` megabytes each are read (see
    wfm.store.tenant_status), so nine at most with a line and schedules of one megabyte.
    """

    def __init__(self, wfm: "Wfm") -> None:
        self._wfm = wfm

    def all(self, now: datetime) -> list[TenantStanding]:
        """By customer id; without those that are gone. What failed "today" is of the day (UTC) of `now`."""
        tenants = [tenant for tenant in self._wfm.tenants() if tenant.status != GONE]
        gates = self._wfm.aws.tables.gates([tenant.customer_id for tenant in tenants])
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            running = [GateUse.of(gates[tenant.customer_id], []).running for tenant in tenants]
            return list(pool.map(lambda tenant, busy: self._of(tenant, busy, now), tenants, running))

    def _of(self, tenant: Tenant, running: int, now: datetime) -> TenantStanding:
        aws, customer_id = self._wfm.aws, tenant.customer_id
        midnight = iso(now.replace(hour=0, minute=0, second=0, microsecond=0))
        line = aws.standing.line(customer_id)
        count, more = aws.standing.failed(customer_id, midnight)
        return TenantStanding(
            tenant,
            aws.messages.depth(tenant.queue_url) if tenant.queue_url else None,
            len(line),
            running,
            Failed(count, more),
            min((waiting.arrival for waiting in line), default=None),
            next_of(aws.standing.schedules(customer_id), iso(now)),
        )
