"""The gate: per tenant as many slots as AMC runs at a time, and a line of those who wait for one.

acquire = write the waiter, then dispatch; release = drop the holder, then dispatch; dispatch = while a slot is free and
someone waits, move one waiter to holder in one transaction, then wake it. Whoever writes looks afterwards, with
consistent reads, so of two who act at once at least one sees both writes, and no wake-up is lost.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import takewhile
from typing import Final, Protocol

from wfm.errors import GateContended
from wfm.model.requests import PRIORITIES
from wfm.calendar.timestamps import iso, parse

# Who arrives lets those pass who arrive so much later and are more urgent, and nobody else: so nobody waits for ever.
PATIENCE: Final = dict(zip(PRIORITIES, (timedelta(0), timedelta(hours=2), timedelta(days=1)), strict=True))


@dataclass(frozen=True)
class Waiter:
    """Who waits: `arrival` (ISO UTC) and `priority` say where in the line; `task_token` wakes its execution.

    `workflow_id` is "" for an ad hoc workflow without a name. `stored_place` is where it stands in line already,
    whatever PATIENCE was then and has become since; "" for who comes anew.
    """

    customer_id: str
    request_id: str
    priority: str
    arrival: str
    execution_arn: str
    task_token: str
    workflow_id: str = ""
    stored_place: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """The sort key of the line: when its patience ends, then its priority.

        Inside a priority that is first come, first served. An interactive request passes a scheduled one that has
        waited for less than two hours, and a backfill's that has waited for less than a day.
        """
        if self.stored_place:
            return self.stored_place
        return place_in_line(self.request_id, self.priority, self.arrival)


def place_in_line(request_id: str, priority: str, arrival: str) -> str:
    """Where a request stands that has come at `arrival`."""
    return f"{iso(parse(arrival) + PATIENCE[priority])}#{PRIORITIES.index(priority)}#{request_id}"


@dataclass(frozen=True)
class Gate:
    """One tenant's gate as read: who holds a slot, and how many runs in AMC nobody here holds a slot for.

    With `fair` workflows take turns; `recent` are those that got a slot, the latest last.
    """

    holders: frozenset[str]
    external: int
    fair: bool = False
    recent: tuple[str, ...] = ()

    def free(self, limit: int) -> int:
        """Slots that may be given out now; never below zero."""
        return max(0, limit - self.external - len(self.holders))

    def recent_after(self, waiter: Waiter) -> tuple[str, ...]:
        """`recent` once the waiter has got a slot."""
        others = (workflow_id for workflow_id in self.recent if workflow_id != waiter.workflow_id)
        return (*others, waiter.workflow_id)[-REMEMBERED:]


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

    def set_fair(self, customer_id: str, *, fair: bool) -> None:
        """Whether the tenant's workflows take turns from now on."""


class Wake(Protocol):
    """Tells a waiting execution that it has its slot; False when that execution is over."""

    def __call__(self, waiter: Waiter) -> bool: ...


REMEMBERED: Final = 200  # workflows, of which a fair gate knows whose turn was before whose
ROUNDS = 100  # far more than one dispatcher ever has to give out; a bound all the same
LOOKED_AT: Final = 500  # waiters from whom a fair gate chooses: what fits into a page of DynamoDB


def dispatch(gates: GateStore, wake: Wake, customer_id: str, limit: int) -> int:
    """Give every free slot to whose turn it is; how many were given. Safe to call at any time, by anyone."""
    for holder in gates.asleep(customer_id):
        _rouse(gates, wake, holder)
    given = 0
    for _ in range(ROUNDS):
        seen = gates.read(customer_id)
        chosen = _choose(gates, customer_id, seen) if seen.free(limit) else None
        if chosen is None:
            return given
        if gates.grant(chosen, seen, limit):
            given += _rouse(gates, wake, chosen)
    raise GateContended(f"the gate of {customer_id} did not settle in {ROUNDS} rounds")


def _choose(gates: GateStore, customer_id: str, seen: Gate) -> Waiter | None:
    """The head of the line; in a fair gate the first of the workflow that holds the fewest slots.

    Of several such workflows it is the one that has gone without for the longest time, else who came first. Nobody is
    passed whose turn comes before because of another priority: so patience ends as it does without.
    """
    line = gates.line(customer_id, most=LOOKED_AT if seen.fair else 1)
    alike = list(takewhile(lambda waiter: waiter.priority == line[0].priority, line))
    if len({waiter.workflow_id for waiter in alike}) < 2:
        return alike[0] if alike else None
    held = Counter(holder.workflow_id for holder in gates.holders(customer_id))
    turns = {workflow_id: turn for turn, workflow_id in enumerate(seen.recent, start=1)}
    return min(alike, key=lambda waiter: (held[waiter.workflow_id], turns.get(waiter.workflow_id, 0)))


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
