"""The gate: per tenant as many slots as AMC runs at a time, and a line of those who wait for one.

acquire = write the waiter, then dispatch; release = drop the holder, then dispatch; dispatch = while a slot is free and
someone waits, move one waiter to holder in one transaction, then wake it. Whoever writes looks afterwards, with
consistent reads, so of two who act at once at least one sees both writes, and no wake-up is lost.
"""

from dataclasses import dataclass
from typing import Protocol

from functions.domain.errors import GateContended
from functions.domain.requests import PRIORITIES


@dataclass(frozen=True)
class Waiter:
    """Who waits: `arrival` (ISO UTC) orders the line inside a priority; `task_token` wakes its execution."""

    customer_id: str
    request_id: str
    priority: str
    arrival: str
    execution_arn: str
    task_token: str

    @property
    def place(self) -> str:
        """The sort key of the line: priority first, then arrival."""
        return f"{PRIORITIES.index(self.priority)}#{self.arrival}#{self.request_id}"


@dataclass(frozen=True)
class Gate:
    """One tenant's gate as read: how many hold a slot, and how many runs in AMC nobody here holds a slot for."""

    holders: frozenset[str]
    external: int

    def free(self, limit: int) -> int:
        """Slots that may be given out now; never below zero."""
        return max(0, limit - self.external - len(self.holders))


class GateStore(Protocol):
    """Where gates live. All reads are consistent, every change is one transaction."""

    def read(self, customer_id: str) -> Gate: ...

    def enter(self, waiter: Waiter) -> bool:
        """Write the waiter, replacing its earlier token; False when it already holds a slot (its token is updated)."""

    def line(self, customer_id: str, most: int) -> list[Waiter]:
        """The first `most` waiters."""

    def grant(self, waiter: Waiter, seen: Gate, limit: int) -> bool:
        """Move a waiter to holder if the slots that `seen` showed still allow it; False when they do not."""

    def holders(self, customer_id: str) -> list[Waiter]:
        """Who holds a slot."""

    def asleep(self, customer_id: str) -> list[Waiter]:
        """Holders whose wake-up is not known to have been sent."""

    def woken(self, waiter: Waiter) -> None: ...

    def leave(self, customer_id: str, request_id: str) -> None:
        """Drop the request as holder and as waiter; nothing happens when it is neither."""

    def count_external(self, customer_id: str, runs: int) -> None: ...


class Wake(Protocol):
    """Tells a waiting execution that it has its slot; False when that execution is over."""

    def __call__(self, waiter: Waiter) -> bool: ...


ROUNDS = 100  # far more than one dispatcher ever has to give out; a bound all the same


def dispatch(gates: GateStore, wake: Wake, customer_id: str, limit: int) -> int:
    """Give every free slot to the head of the line; how many were given. Safe to call at any time, by anyone."""
    for holder in gates.asleep(customer_id):
        _rouse(gates, wake, holder)
    given = 0
    for _ in range(ROUNDS):
        seen = gates.read(customer_id)
        waiters = gates.line(customer_id, most=1) if seen.free(limit) else []
        if not waiters:
            return given
        if gates.grant(waiters[0], seen, limit):
            given += _rouse(gates, wake, waiters[0])
    raise GateContended(f"the gate of {customer_id} did not settle in {ROUNDS} rounds")


def _rouse(gates: GateStore, wake: Wake, holder: Waiter) -> int:
    if wake(holder):
        gates.woken(holder)
        return 1
    gates.leave(holder.customer_id, holder.request_id)
    return 0


def acquire(gates: GateStore, wake: Wake, waiter: Waiter, limit: int) -> None:
    """Stand in line, then dispatch. A repeated call neither loses the place nor takes a second slot."""
    if gates.enter(waiter):
        dispatch(gates, wake, waiter.customer_id, limit)
    else:
        _rouse(gates, wake, waiter)


def release(gates: GateStore, wake: Wake, customer_id: str, request_id: str, limit: int) -> None:
    """Give the slot, or the place in the line, back, then dispatch."""
    gates.leave(customer_id, request_id)
    dispatch(gates, wake, customer_id, limit)
