"""A tenant that AMC refuses access, or whose AMC has been down for a while, is DEGRADED.

It gets no slot, so its requests wait in the line and cost nothing, however many they are. The tracker's looks at it go
on, and the first one that AMC answers lets everything go on. That is told once when it begins, and once when it ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Protocol

from functions.domain.errors import AmcRefused, AmcUnavailable, CredentialsRefused, PermanentError
from functions.domain.execution_lifecycle.gate import dispatch
from functions.domain.ports.needs import HasAnnouncer, HasClock, HasGates, HasMetrics, HasTasks, HasTenants

DEGRADED: Final = "DEGRADED"
PATIENCE: Final = timedelta(minutes=10)  # with an AMC that does not answer; a refusal is not waited on


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


def degrade(customer_id: str, reason: str, ports: DegradingPorts) -> None:
    """No slot for the tenant until `restore`."""
    if ports.tenants.begin_degraded(customer_id, reason, ports.clock()):
        ports.metrics.count("TenantsDegraded")
        ports.announcer.tenant(customer_id, DEGRADED, reason)


def restore(customer_id: str, ports: DegradingPorts) -> None:
    """AMC answers again: the line moves. Does nothing to a tenant that is not degraded."""
    if ports.tenants.end_degraded(customer_id):
        ports.announcer.tenant(customer_id, "ACTIVE", "AMC answers again")
        dispatch(ports.gates, ports.tasks.wake, customer_id, ports.tenants.limit(customer_id))
