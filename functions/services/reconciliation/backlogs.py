"""Two metrics for all tenants: since when queues have not been empty, and how many dead letters there are.

SQS measures the oldest message of each queue by itself: a thousand tenants would need a thousand alarms.
"""

from datetime import datetime

from functions.ports import Ports
from wfm.calendar.timestamps import iso, parse_timestamp_or_none
from wfm.model.rows import TenantRow
from wfm.model.statuses import TenantStatus


def measure_queues(ports: Ports) -> None:
    """Reconcile: write OldestMessage and DeadLetters. A PAUSED tenant's messages stay in its queue on purpose."""
    now = ports.clock()
    rows = ports.tenants.with_status(TenantStatus.ACTIVE, TenantStatus.PAUSED)
    backlogs = [_backlog(row, now, ports) for row in rows if row.get("queueUrl")]
    letters = [ports.queues.depth(row["deadLetterQueueUrl"]) for row in rows if row.get("deadLetterQueueUrl")]
    ports.metrics.seconds("OldestMessage", max(backlogs, default=0.0))
    ports.metrics.level("DeadLetters", sum(letters))


def _backlog(row: TenantRow, now: datetime, ports: Ports) -> float:
    """For how many seconds the queue has not been empty, as seen by all sweeps since then."""
    waits = row["status"] == TenantStatus.ACTIVE and ports.queues.depth(row["queueUrl"]) > 0
    since = parse_timestamp_or_none(row.get("backlogSince"))
    if waits != (since is not None):
        ports.tenants.save(row["customerId"], backlogSince=iso(now) if waits else None)
    return (now - since).total_seconds() if waits and since else 0.0
