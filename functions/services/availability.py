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
    pause_after,
    refuses_access,
)
from wfm.model.poll_policy import HALF_A_TICK
from wfm.model.rows import Row

PATIENCE: Final = timedelta(minutes=10)  # with an AMC that does not answer; a refusal is not waited on
A_MOMENT: Final = timedelta(minutes=1)  # for which news are left to whoever wrote them


@contextmanager
def refused_access_may_pass() -> Iterator[None]:
    """AmcUnavailable where AMC refuses the tenant itself: what that hit is worth another try, and not refused."""
    try:
        yield
    except PermanentError as exc:
        if refuses_access(exc):
            raise AmcUnavailable(str(exc), sent=False) from exc
        raise


def degrade(customer_id: str, reason: str, ports: Ports, *, posting: bool = False) -> None:
    """No slot for the tenant until `restore`; `posting` says that AMC did not take a POST."""
    refused, now = int((ports.tenants.find(customer_id) or {}).get("refusedPosts", 0)), ports.clock()
    until = now + pause_after(refused) if posting else None
    row = ports.tenants.begin_degraded(customer_id, reason, now, until)
    if until is not None:
        ports.tenants.look_no_later(customer_id, until + HALF_A_TICK)  # none that is due looks earlier than `until`
    _tell(row, ports)


def restore(customer_id: str, ports: Ports) -> list[str]:
    """AMC has answered a look: the line moves, unless POSTs are to rest for longer; whether they work is not known.

    A sentence when it cannot be told.
    """
    row = ports.tenants.end_degraded(customer_id, ports.clock())
    if row is None:
        return []
    dispatch(ports.gates, ports.tasks.wake, customer_id, ports.tenants.limit(customer_id))
    return _try_to_tell(row, ports)


def restore_proven(customer_id: str, ports: Ports) -> None:
    """The credentials have just been proven: everything begins anew."""
    row = ports.tenants.end_degraded(customer_id, ports.clock(), proven=True)
    _tell(ports.tenants.forget_refused_posts(customer_id, ports.clock()) or row, ports)


def post_accepted(customer_id: str, ports: Ports) -> None:
    """AMC has accepted a POST after it had refused some; nothing is told while the tenant is marked again."""
    ports.tenants.save(customer_id, postAcceptedAt=iso(ports.clock()))
    _tell(ports.tenants.forget_refused_posts(customer_id, ports.clock()), ports)


def tell_late(row: Row, ports: Ports) -> list[str]:
    """Tell what a crash has left on the tenant's row; a sentence when it cannot be told."""
    return _try_to_tell(row, ports, until=ports.clock() - A_MOMENT)


def _try_to_tell(row: Row, ports: Ports, until: datetime | None = None) -> list[str]:
    try:
        _tell(row, ports, until)
    except Exception as exc:  # noqa: BLE001 (who looks at AMC has more to do; the next look tells it)
        return [f"what became of {row['customerId']} could not be told: {exc}"]
    return []


def _tell(row: Row | None, ports: Ports, until: datetime | None = None) -> None:
    """Tell the news on the row, the oldest first; those from after `until` are left alone."""
    if row is None:
        return
    for news in sorted(row.get("untold", ())):
        at, status, reason = news.split(" ", 2)
        if until is not None and parse(at) > until:
            return
        ports.announcer.tenant(row["customerId"], status, reason, parse(at))
        ports.tenants.told(row["customerId"], news)
        if status == DEGRADED:
            ports.metrics.count("TenantsDegraded")
