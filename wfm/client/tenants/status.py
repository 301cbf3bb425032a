"""The status of all tenants: what is queued, waits and runs, what has failed today, and what comes next."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wfm.calendar.timestamps import iso
from wfm.client.adapters.queue_messages import QueueDepth
from wfm.client.aws import Aws
from wfm.client.records import Tenant
from wfm.client.tenants.details import SlotUse
from wfm.model.rows import Document
from wfm.model.tenants import ACCOUNT_LIMIT

if TYPE_CHECKING:
    from wfm.store.semaphore_table import WaitingRequest

AT_A_TIME: Final = 8  # tenants
GONE: Final = "OFFBOARDED"


@dataclass(frozen=True, slots=True)
class Failed:
    """How many of what began at `since` or later failed; `more` when there were too many rows to read all."""

    count: int
    more: bool = False
    since: str = ""

    def __str__(self) -> str:
        return f"{self.count}{'+' if self.more else ''}"


@dataclass(frozen=True, slots=True)
class TenantStatus:
    """One tenant's line. Times are ISO 8601 UTC texts; None where there is nothing.

    `queued` is SQS's own estimate of what is in the queue; `oldest_wait` is since when the oldest waits for a slot.
    `next_schedule_zone` is the tz database name whose clock the schedule goes by that fires next.
    `stale` are the workflows whose newest result is older than it may be (`freshness`).
    `account_running` counts the slots taken of all tenants that have the same AMC account.
    """

    tenant: Tenant
    queued: QueueDepth | None
    waiting: int
    running: int
    failed_today: Failed
    oldest_wait: str | None
    next_schedule: str | None
    account_running: int = 0
    next_schedule_zone: str | None = None
    stale: Sequence[str] = ()

    @property
    def account_is_full(self) -> bool:
        """Whether requests of this tenant wait since its AMC account has all the runs that it may have."""
        return bool(self.tenant.account_id) and self.account_running >= ACCOUNT_LIMIT

    @property
    def why(self) -> str:
        """Why it does not work, or not more; "" where there is nothing to say."""
        tenant = self.tenant
        full = f"AMC account {tenant.account_id} has {self.account_running} runs, and AMC allows {ACCOUNT_LIMIT}"
        stale = f"stale: {', '.join(self.stale)}" if self.stale else ""
        return "; ".join(filter(None, [tenant.why, full if self.account_is_full else "", stale]))

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        tenant, queued = self.tenant, self.queued
        return {
            **tenant.head_as_json(),
            "queued": queued.waiting + queued.in_flight if queued else None,
            "waiting": self.waiting,
            "running": self.running,
            "failedToday": self.failed_today.count,
            "failedTodayAtLeast": self.failed_today.more,
            "oldestWaitSince": self.oldest_wait,
            **tenant.poll_as_json(),
            "nextScheduleAt": self.next_schedule,
            "nextScheduleTimeZone": self.next_schedule_zone,
            "staleResults": list(self.stale),
            "account": {"id": tenant.account_id or None, "running": self.account_running, "limit": ACCOUNT_LIMIT},
        }


def next_of(rows: Iterable[Document], now: str) -> tuple[str | None, str | None]:
    """The next time at which one of these schedules fires, and its zone; those that are off do not."""
    on = (row for row in rows if not row.get("paused") and row.get("State", "ENABLED") == "ENABLED")
    due = [
        (str(row["nextRunAt"]), str(row.get("ScheduleExpressionTimezone") or "UTC"))
        for row in on
        if str(row.get("nextRunAt", "")) > now
    ]
    return min(due, default=(None, None))


@dataclass(frozen=True, slots=True)
class SlotsTaken:
    """How many slots are taken of each tenant, and of all tenants together that have the same AMC account."""

    of_tenant: Mapping[str, int]
    of_account: Mapping[str, int]


def served(tenants: Iterable[Tenant]) -> list[Tenant]:
    """Those that were not removed."""
    return [tenant for tenant in tenants if tenant.status != GONE]


def slots_taken(aws: Aws, tenants: Sequence[Tenant]) -> SlotsTaken:
    """The slots taken of these tenants: one BatchGetItem for each hundred."""
    semaphores = aws.tables.semaphores.read_many([tenant.customer_id for tenant in tenants])
    of_tenant = {name: SlotUse.of(semaphore, []).running for name, semaphore in semaphores.items()}
    of_account = Counter[str]()
    for tenant in tenants:
        of_account[tenant.account_id] += of_tenant[tenant.customer_id]
    return SlotsTaken(of_tenant, of_account)


Stale = Mapping[str, Sequence[str]]


def stale_results(aws: Aws) -> Stale:
    """By tenant the workflows whose newest result is older than it may be: one query for all tenants."""
    found: dict[str, list[str]] = {}
    for row in aws.tables.workflows.stale():
        found.setdefault(row["customerId"], []).append(row["workflowId"])
    return found


def tenant_statuses(
    aws: Aws, tenants: Sequence[Tenant], taken: SlotsTaken, stale: Stale, now: datetime
) -> list[TenantStatus]:
    """The statuses in the order of `tenants`. "Today" is the day (UTC) of `now`.

    Calls for each tenant: one GetQueueAttributes and one query each for the waiting queue, the schedules, today's
    requests and today's outside runs. That is five, and one more for each further megabyte. Of today's requests and
    runs at most `MOST_PAGES` megabytes each are read, so nine at most with a waiting queue and schedules of one
    megabyte.
    """
    reader = aws.tables.tenant_status
    return _statuses(aws, tenants, taken, now, _Readers(reader.waiting, reader.schedules, stale))


def fleet_statuses(aws: Aws, tenants: Sequence[Tenant], taken: SlotsTaken, now: datetime) -> list[TenantStatus]:
    """The same where `tenants` are all that are served: waiting queues and schedules are read by one scan each.

    That leaves three calls for each tenant.
    """
    waiting, schedules = aws.tables.tenant_status.all_waiting(), aws.tables.tenant_status.all_schedules()
    readers = _Readers(lambda one: waiting.get(one, ()), lambda one: schedules.get(one, ()), stale_results(aws))
    return _statuses(aws, tenants, taken, now, readers)


@dataclass(frozen=True, slots=True)
class _Readers:
    """What reads the waiting queue of a tenant, and its schedules; and the stale results of all."""

    waiting: Callable[[str], Sequence["WaitingRequest"]]
    schedules: Callable[[str], Iterable[Document]]
    stale: Stale


def _statuses(
    aws: Aws, tenants: Sequence[Tenant], taken: SlotsTaken, now: datetime, readers: _Readers
) -> list[TenantStatus]:
    tables, messages = aws.tables.tenant_status, aws.messages  # made once, before threads
    midnight = iso(now.replace(hour=0, minute=0, second=0, microsecond=0))

    def one(tenant: Tenant) -> TenantStatus:
        customer_id = tenant.customer_id
        waiting = readers.waiting(customer_id)
        next_at, zone = next_of(readers.schedules(customer_id), iso(now))
        return TenantStatus(
            tenant,
            messages.depth(tenant.queue_url) if tenant.queue_url else None,
            len(waiting),
            taken.of_tenant[customer_id],
            Failed(*tables.failed(customer_id, midnight), midnight),
            min((each.arrival for each in waiting), default=None),
            next_at,
            taken.of_account[tenant.account_id],
            zone,
            readers.stale.get(customer_id, ()),
        )

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(one, tenants))
