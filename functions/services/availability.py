"""The circuit breaker of a tenant: DEGRADED while AMC refuses it, or has not answered for ten minutes.

A degraded tenant gets no slot, so its requests wait and cost nothing. Polls go on; the first one that AMC answers
closes the circuit, and the requests continue. The begin and the end are announced once each.

Announcements go through an outbox: they are written onto the tenant's row (`untold`) with the change itself, and
removed after they were sent. After a crash the next poll sends them, with the same `eventId`.

While AMC refuses POSTs, or does not answer them, an answered poll proves little. It only half-opens the circuit: POSTs
are tried again after a minute, then two, up to an hour, without announcements. The circuit is closed when AMC accepts a
POST, or when an onboarding has verified the credentials.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from functions.services.account_slots import dispatch_tenant
from wfm.calendar.timestamps import iso, parse
from wfm.errors import AmcUnavailable, PermanentError
from wfm.model.availability import (
    DEGRADED,
    open_period,
    refuses_access,
)
from wfm.model.rows import TenantRow
from wfm.model.timeouts import TICK_TOLERANCE

OUTAGE_TOLERANCE: Final = timedelta(minutes=10)  # with an AMC that does not answer; a refusal is not waited on
OUTBOX_GRACE: Final = timedelta(minutes=1)  # for which an entry is left to its writer


@contextmanager
def refused_access_is_transient() -> Iterator[None]:
    """Raise AmcUnavailable, not AmcRefused, where AMC refuses the tenant itself: the call is worth a retry."""
    try:
        yield
    except PermanentError as exc:
        if refuses_access(exc):
            raise AmcUnavailable(str(exc), sent=False) from exc
        raise


def open_circuit(customer_id: str, reason: str, ports: Ports, *, posting: bool = False) -> None:
    """Grant the tenant no slot until `close_circuit`; `posting` means that AMC refused or lost a POST."""
    refused, now = int((ports.tenants.find(customer_id) or {}).get("refusedPosts", 0)), ports.clock()
    until = now + open_period(refused) if posting else None
    row = ports.tenants.open_circuit(customer_id, reason, now, until)
    if until is not None:
        ports.tenants.poll_no_later_than(customer_id, until + TICK_TOLERANCE)  # a tick polls that much too early
    _flush(row, ports)


def close_circuit(customer_id: str, ports: Ports) -> list[str]:
    """Grant slots again after AMC has answered a poll, unless POSTs must wait longer.

    The answer is a sentence about an announcement that failed, if any.
    """
    row = ports.tenants.close_circuit(customer_id, ports.clock())
    if row is None:
        return []
    dispatch_tenant(customer_id, ports)
    return _try_to_flush(row, ports)


def reset(customer_id: str, ports: Ports) -> None:
    """Close the circuit and forget refused POSTs: the credentials have just been verified."""
    row = ports.tenants.close_circuit(customer_id, ports.clock(), proven=True)
    _flush(ports.tenants.reset_refused_posts(customer_id, ports.clock()) or row, ports)


def record_success(customer_id: str, ports: Ports) -> None:
    """Forget refused POSTs, since AMC has accepted one. Announced unless the tenant is degraded again."""
    ports.tenants.save(customer_id, postAcceptedAt=iso(ports.clock()))
    _flush(ports.tenants.reset_refused_posts(customer_id, ports.clock()), ports)


def flush_outbox(row: TenantRow, ports: Ports) -> list[str]:
    """Send the announcements that a crash has left in the row's outbox: those older than OUTBOX_GRACE.

    At most one sentence, about an announcement that failed; the next poll tries it again.
    """
    return _try_to_flush(row, ports, until=ports.clock() - OUTBOX_GRACE)


def _try_to_flush(row: TenantRow, ports: Ports, until: datetime | None = None) -> list[str]:
    try:
        _flush(row, ports, until)
    except Exception as exc:  # noqa: BLE001 (the poll has more to do; the next one sends it)
        return [f"what became of {row['customerId']} could not be announced: {exc}"]
    return []


def _flush(row: TenantRow | None, ports: Ports, until: datetime | None = None) -> None:
    """Send the outbox, the oldest first; entries after `until` are left to their writer."""
    if row is None:
        return
    for message in sorted(row.get("untold", ())):
        at, status, reason = message.split(" ", 2)
        if until is not None and parse(at) > until:
            return
        ports.announcer.tenant(row["customerId"], status, reason, parse(at))
        ports.tenants.mark_sent(row["customerId"], message)
        if status == DEGRADED:
            ports.metrics.count("TenantsDegraded")
