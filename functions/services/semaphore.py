"""The gate: per tenant as many slots as AMC runs at a time, and a line of those who wait for one.

acquire = write the waiter, then dispatch; release = drop the holder, then dispatch; dispatch = while a slot is free and
someone waits, move one waiter to holder in one transaction, then wake it. Whoever writes looks afterwards, with
consistent reads, so of two who act at once at least one sees both writes, and no wake-up is lost.
"""

from collections import Counter
from itertools import takewhile
from typing import Final

from functions.ports import GateStore, Wake
from wfm.errors import GateContended
from wfm.model.semaphore import Gate, Waiter

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
