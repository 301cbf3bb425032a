"""When a tenant counts as DEGRADED (the circuit breaker is open), and what is announced of it."""

from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, CredentialsRefused
from wfm.model.statuses import TenantStatus

DEGRADED: Final = TenantStatus.DEGRADED
LONGEST_REASON: Final = 4_000  # characters; an event holds 256 KB, and a mail should be readable


FIRST_OPEN_PERIOD: Final = timedelta(minutes=1)  # after a refused POST; twice as long with each one more


MAX_OPEN_PERIOD: Final = timedelta(hours=1)


def refuses_access(error: Exception) -> bool:
    """Whether AMC, or Login with Amazon, does not let the tenant in at all: no matter of the one request."""
    return isinstance(error, CredentialsRefused) or (isinstance(error, AmcRefused) and error.status in (401, 403))


def open_period(refused_posts: int) -> timedelta:
    """How long the circuit stays open for POSTs after so many were refused."""
    return min(FIRST_OPEN_PERIOD * (1 << min(refused_posts, 10)), MAX_OPEN_PERIOD)


def degraded_entry(reason: str, now: datetime) -> str:
    """The outbox entry (`untold`) that the tenant is DEGRADED; entries sort by time."""
    return f"{iso(now)} {DEGRADED} {reason[:LONGEST_REASON]}"


def active_entry(now: datetime) -> str:
    """The outbox entry that the tenant is ACTIVE again."""
    return f"{iso(now)} {TenantStatus.ACTIVE} AMC answers again"
