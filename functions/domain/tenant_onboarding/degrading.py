"""A tenant that AMC refuses access, or whose AMC has been down for a while, is DEGRADED.

It gets no slot, so its requests wait in the line and cost nothing, however many they are. The tracker's looks at it go
on, and the first one that AMC answers lets everything go on. That is told once when it begins, and once when it ends.

Where AMC refuses POSTs, an answered look proves little: it lets them be tried again after a minute, then two, up to an
hour, of which nothing is told. It has ended when AMC accepts a POST, or when an onboarding proves the credentials.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Protocol

from functions.domain.errors import AmcRefused, AmcUnavailable, CredentialsRefused, PermanentError
from functions.domain.execution_lifecycle.gate import dispatch
from functions.domain.execution_tracking.polling import HALF_A_TICK
from functions.domain.ports.needs import HasAnnouncer, HasClock, HasGates, HasMetrics, HasTasks, HasTenants

DEGRADED: Final = "DEGRADED"
PATIENCE: Final = timedelta(minutes=10)  # with an AMC that does not answer; a refusal is not waited on
FIRST_PAUSE: Final = timedelta(minutes=1)  # after a refused POST; twice as long with each one more
LONGEST_PAUSE: Final = timedelta(hours=1)


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
    """No slot for the tenant until `restore`; `posting` says that AMC refused a POST."""
    refused = int((ports.tenants.find(customer_id) or {}).get("refusedPosts", 0))
    until = ports.clock() + pause_after(refused) if posting else None
    if ports.tenants.begin_degraded(customer_id, reason, ports.clock(), until) and not refused:
        ports.metrics.count("TenantsDegraded")
        ports.announcer.tenant(customer_id, DEGRADED, reason)
    if until is not None:
        ports.tenants.look_no_later(customer_id, until + HALF_A_TICK)  # none that is due looks earlier than `until`


def restore(customer_id: str, ports: DegradingPorts) -> None:
    """AMC has answered a look: the line moves, unless POSTs are to rest for longer; whether they work is not known."""
    row = ports.tenants.end_degraded(customer_id, ports.clock())
    if row is not None:
        if "refusedPosts" not in row:
            _tell(customer_id, ports)
        dispatch(ports.gates, ports.tasks.wake, customer_id, ports.tenants.limit(customer_id))


def restore_proven(customer_id: str, ports: DegradingPorts) -> None:
    """The credentials have just been proven: everything begins anew."""
    was_marked = ports.tenants.end_degraded(customer_id) is not None
    if ports.tenants.forget_refused_posts(customer_id) or was_marked:
        _tell(customer_id, ports)


def post_accepted(customer_id: str, ports: DegradingPorts) -> None:
    """AMC has accepted a POST after it had refused some; nothing happens while the tenant is marked again."""
    if ports.tenants.forget_refused_posts(customer_id):
        _tell(customer_id, ports)


def _tell(customer_id: str, ports: DegradingPorts) -> None:
    ports.announcer.tenant(customer_id, "ACTIVE", "AMC answers again")
