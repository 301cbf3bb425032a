"""A tenant that AMC refuses access, or whose AMC has been down for a while, is DEGRADED.

It gets no slot, so its requests wait in the line and cost nothing, however many they are. The tracker's looks at it go
on, and the first one that AMC answers lets everything go on. That is told once when it begins, and once when it ends.

What is to be told is written onto the row as one with the change that it tells of, as `untold`, and taken out once it
was told. So a crash loses none of it: the next look at the tenant tells it, with the same `eventId`.

Where AMC refuses POSTs, or does not answer them, an answered look proves little: it lets them be tried again after a
minute, then two, up to an hour, of which nothing is told. It has ended when AMC accepts a POST, or when an onboarding
proves the credentials.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.semaphore import dispatch
from wfm.calendar.timestamps import iso, parse
from wfm.errors import AmcUnavailable, PermanentError
from wfm.model.availability import (
    DEGRADED,
    open_period,
    refuses_access,
)
from wfm.model.poll_policy import TICK_TOLERANCE
from wfm.model.rows import Row

OUTAGE_TOLERANCE: Final = timedelta(minutes=10)  # with an AMC that does not answer; a refusal is not waited on
OUTBOX_GRACE: Final = timedelta(minutes=1)  # for which news are left to whoever wrote them


@contextmanager
def refused_access_is_transient() -> Iterator[None]:
    """AmcUnavailable where AMC refuses the tenant itself: what that hit is worth another try, and not refused."""
    try:
        yield
    except PermanentError as exc:
        if refuses_access(exc):
            raise AmcUnavailable(str(exc), sent=False) from exc
        raise


def open_circuit(customer_id: str, reason: str, ports: Ports, *, posting: bool = False) -> None:
    """No slot for the tenant until `close_circuit`; `posting` says that AMC did not take a POST."""
    refused, now = int((ports.tenants.find(customer_id) or {}).get("refusedPosts", 0)), ports.clock()
    until = now + open_period(refused) if posting else None
    row = ports.tenants.open_circuit(customer_id, reason, now, until)
    if until is not None:
        ports.tenants.poll_no_later_than(
            customer_id, until + TICK_TOLERANCE
        )  # none that is due looks earlier than `until`
    _flush(row, ports)


def close_circuit(customer_id: str, ports: Ports) -> list[str]:
    """AMC has answered a look: the line moves, unless POSTs are to rest for longer; whether they work is not known.

    A sentence when it cannot be told.
    """
    row = ports.tenants.close_circuit(customer_id, ports.clock())
    if row is None:
        return []
    dispatch(ports.semaphores, ports.tasks.notify, customer_id, ports.tenants.limit(customer_id))
    return _try_to_flush(row, ports)


def reset(customer_id: str, ports: Ports) -> None:
    """The credentials have just been proven: everything begins anew."""
    row = ports.tenants.close_circuit(customer_id, ports.clock(), proven=True)
    _flush(ports.tenants.reset_refused_posts(customer_id, ports.clock()) or row, ports)


def record_success(customer_id: str, ports: Ports) -> None:
    """AMC has accepted a POST after it had refused some; nothing is told while the tenant is marked again."""
    ports.tenants.save(customer_id, postAcceptedAt=iso(ports.clock()))
    _flush(ports.tenants.reset_refused_posts(customer_id, ports.clock()), ports)


def flush_outbox(row: Row, ports: Ports) -> list[str]:
    """Tell what a crash has left on the tenant's row; a sentence when it cannot be told."""
    return _try_to_flush(row, ports, until=ports.clock() - OUTBOX_GRACE)


def _try_to_flush(row: Row, ports: Ports, until: datetime | None = None) -> list[str]:
    try:
        _flush(row, ports, until)
    except Exception as exc:  # noqa: BLE001 (who looks at AMC has more to do; the next look tells it)
        return [f"what became of {row['customerId']} could not be told: {exc}"]
    return []


def _flush(row: Row | None, ports: Ports, until: datetime | None = None) -> None:
    """Tell the news on the row, the oldest first; those from after `until` are left alone."""
    if row is None:
        return
    for news in sorted(row.get("untold", ())):
        at, status, reason = news.split(" ", 2)
        if until is not None and parse(at) > until:
            return
        ports.announcer.tenant(row["customerId"], status, reason, parse(at))
        ports.tenants.mark_sent(row["customerId"], news)
        if status == DEGRADED:
            ports.metrics.count("TenantsDegraded")
