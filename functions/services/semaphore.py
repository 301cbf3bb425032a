"""The gate: per tenant as many slots as AMC runs at a time, and a line of those who wait for one.

acquire = write the waiter, then dispatch; release = drop the holder, then dispatch; dispatch = while a slot is free and
someone waits, move one waiter to holder in one transaction, then wake it. Whoever writes looks afterwards, with
consistent reads, so of two who act at once at least one sees both writes, and no wake-up is lost.
"""

from collections import Counter
from itertools import takewhile
from typing import Final

from functions.ports import Notify, Semaphores
from wfm.errors import GateContended
from wfm.model.semaphore import Semaphore, SlotRequest

MAX_ROUNDS = 100  # far more than one dispatcher ever has to give out; a bound all the same
FAIR_CANDIDATES: Final = 500  # waiters from whom a fair gate chooses: what fits into a page of DynamoDB


def dispatch(semaphores: Semaphores, notify: Notify, customer_id: str, limit: int) -> int:
    """Give every free slot to whose turn it is; how many were given. Safe to call at any time, by anyone."""
    for holder in semaphores.not_notified(customer_id):
        _notify(semaphores, notify, holder)
    given = 0
    for _ in range(MAX_ROUNDS):
        seen = semaphores.read(customer_id)
        chosen = _choose(semaphores, customer_id, seen) if seen.free(limit) else None
        if chosen is None:
            return given
        if semaphores.grant(chosen, seen, limit):
            given += _notify(semaphores, notify, chosen)
    raise GateContended(f"the gate of {customer_id} did not settle in {MAX_ROUNDS} rounds")


def _choose(semaphores: Semaphores, customer_id: str, seen: Semaphore) -> SlotRequest | None:
    """The head of the line; in a fair gate the first of the workflow that holds the fewest slots.

    Of several such workflows it is the one that has gone without for the longest time, else who came first. Nobody is
    passed whose turn comes before because of another priority: so patience ends as it does without.
    """
    line = semaphores.waiting(customer_id, most=FAIR_CANDIDATES if seen.fair else 1)
    alike = list(takewhile(lambda waiter: waiter.priority == line[0].priority, line))
    if len({waiter.workflow_id for waiter in alike}) < 2:
        return alike[0] if alike else None
    held = Counter(holder.workflow_id for holder in semaphores.holders(customer_id))
    turns = {workflow_id: turn for turn, workflow_id in enumerate(seen.recent, start=1)}
    return min(alike, key=lambda waiter: (held[waiter.workflow_id], turns.get(waiter.workflow_id, 0)))


def _notify(semaphores: Semaphores, notify: Notify, holder: SlotRequest) -> int:
    if notify(holder):
        semaphores.mark_notified(holder)
        return 1
    semaphores.leave(holder.customer_id, holder.request_id)
    return 0


def acquire(semaphores: Semaphores, notify: Notify, waiter: SlotRequest, limit: int) -> None:
    """Stand in line, then dispatch. A repeated call neither loses the place nor takes a second slot."""
    if semaphores.enter(waiter):
        dispatch(semaphores, notify, waiter.customer_id, limit)
    else:
        _notify(semaphores, notify, waiter)


def release(semaphores: Semaphores, notify: Notify, customer_id: str, request_id: str, limit: int) -> None:
    """Give the slot, or the place in the line, back, then dispatch."""
    semaphores.leave(customer_id, request_id)
    dispatch(semaphores, notify, customer_id, limit)
