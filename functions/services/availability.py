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
from typing import Final, Protocol

from wfm.model.events import LONGEST_REASON
from wfm.errors import AmcRefused, AmcUnavailable, CredentialsRefused, PermanentError
from functions.services.execution.slots import dispatch
from wfm.model.poll_policy import HALF_A_TICK
from functions.ports import Row
from functions.ports_needs import HasAnnouncer, HasClock, HasGates, HasMetrics, HasTasks, HasTenants
from wfm.calendar.timestamps import iso, parse

DEGRADED: Final = "DEGRADED"
PATIENCE: Final = timedelta(minutes=10)  # with an AMC that does not answer; a refusal is not waited on
FIRST_PAUSE: Final = timedelta(minutes=1)  # after a refused POST; twice as long with each one more
LONGEST_PAUSE: Final = timedelta(hours=1)
A_MOMENT: Final = timedelta(minutes=1)  # for which news are left to whoever wrote them


class DegradingPorts(HasClock, HasTenants, HasGates, HasTasks, HasAnnouncer, HasMetrics, Protocol):
    """What it takes to degrade a tenant, and to restore it."""


def refuses_access(error: Exception) -> bool:
    """Whether AMC, or Login with Amazon, does not let the tenant in at all: no matter of the one request."""
    return isinstance(error, CredentialsRefused) or (isinstance(error, AmcRefused) and error.status in (401, 403))


@contextmanager
def refused_access_may_pass() -> Iterator[None]:
    """AmcUnavailable where AMC refuses the tenant itself: what that hit is worth another try, and not refused."""
    try:
        yield
    except PermanentError as exc:
        if refuses_access(exc):
            raise AmcUnavailable(str(exc), sent=False) from exc
        raise


def pause_after(refused_posts: int) -> timedelta:
    """For how long POSTs are not tried again when so many tries had been refused before this one."""
    return min(FIRST_PAUSE * (1 << min(refused_posts, 10)), LONGEST_PAUSE)


def degrade(customer_id: str, reason: str, ports: DegradingPorts, *, posting: bool = False) -> None:
    """No slot for the tenant until `restore`; `posting` says that AMC did not take a POST."""
    refused, now = int((ports.tenants.find(customer_id) or {}).get("refusedPosts", 0)), ports.clock()
    until = now + pause_after(refused) if posting else None
    row = ports.tenants.begin_degraded(customer_id, reason, now, until)
    if until is not None:
        ports.tenants.look_no_later(customer_id, until + HALF_A_TICK)  # none that is due looks earlier than `until`
    _tell(row, ports)


def restore(customer_id: str, ports: DegradingPorts) -> list[str]:
    """AMC has answered a look: the line moves, unless POSTs are to rest for longer; whether they work is not known.

    A sentence when it cannot be told.
    """
    row = ports.tenants.end_degraded(customer_id, ports.clock())
    if row is None:
        return []
    dispatch(ports.gates, ports.tasks.wake, customer_id, ports.tenants.limit(customer_id))
    return _try_to_tell(row, ports)


def restore_proven(customer_id: str, ports: DegradingPorts) -> None:
    """The credentials have just been proven: everything begins anew."""
    row = ports.tenants.end_degraded(customer_id, ports.clock(), proven=True)
    _tell(ports.tenants.forget_refused_posts(customer_id, ports.clock()) or row, ports)


def post_accepted(customer_id: str, ports: DegradingPorts) -> None:
    """AMC has accepted a POST after it had refused some; nothing is told while the tenant is marked again."""
    ports.tenants.save(customer_id, postAcceptedAt=iso(ports.clock()))
    _tell(ports.tenants.forget_refused_posts(customer_id, ports.clock()), ports)


def degraded_news(reason: str, now: datetime) -> str:
    """That the tenant is DEGRADED, as it stands in `untold`; such texts sort by time."""
    return f"{iso(now)} {DEGRADED} {reason[:LONGEST_REASON]}"


def active_news(now: datetime) -> str:
    """That the tenant is ACTIVE again, as it stands in `untold`."""
    return f"{iso(now)} ACTIVE AMC answers again"


def tell_late(row: Row, ports: DegradingPorts) -> list[str]:
    """Tell what a crash has left on the tenant's row; a sentence when it cannot be told."""
    return _try_to_tell(row, ports, until=ports.clock() - A_MOMENT)


def _try_to_tell(row: Row, ports: DegradingPorts, until: datetime | None = None) -> list[str]:
    try:
        _tell(row, ports, until)
    except Exception as exc:  # noqa: BLE001 (who looks at AMC has more to do; the next look tells it)
        return [f"what became of {row['customerId']} could not be told: {exc}"]
    return []


def _tell(row: Row | None, ports: DegradingPorts, until: datetime | None = None) -> None:
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
