"""The semaphore: each tenant has as many slots as AMC runs at a time, and a queue of requests that wait for one.

acquire = become a holder in one transaction if a slot is free and nobody waits, else write the slot request, then
dispatch; release = delete the holder, then dispatch; dispatch = while a slot is free and a request waits, make it a
holder in one transaction, then notify it. Every writer reads afterwards, consistently: of two that act at once at least
one sees both writes, so no notification is lost.
"""

from collections import Counter
from collections.abc import Callable
from itertools import takewhile
from typing import Final, Protocol

from functions.ports import Notify, Semaphores
from wfm.errors import GateContended
from wfm.model.semaphore import Semaphore, SlotRequest

MAX_ROUNDS = 100  # far more than one dispatcher ever has to give out; a bound all the same
FAIR_CANDIDATES: Final = 500  # waiting requests to choose from if workflows take turns: a page of DynamoDB


class Account(Protocol):
    """The slots that the tenants of an AMC account share."""

    def take(self, request: SlotRequest) -> bool:
        """Whether the request holds one of them now. Idempotent."""

    def give_back(self, customer_id: str, request_id: str) -> frozenset[str]:
        """Release the slot that the request holds of the account; the other tenants that wait for one. Idempotent."""

    def pass_on(self, customer_id: str, request_id: str) -> None:
        """Release the slot that the request took and did not use, and grant it to who waited for it meanwhile."""


class _NoAccount:
    """The account of a tenant that shares none: there is always room."""

    def take(self, request: SlotRequest) -> bool:  # noqa: ARG002
        return True

    def give_back(self, customer_id: str, request_id: str) -> frozenset[str]:  # noqa: ARG002
        return frozenset()

    def pass_on(self, customer_id: str, request_id: str) -> None:
        pass


NO_ACCOUNT: Final[Account] = _NoAccount()


def dispatch(
    semaphores: Semaphores,
    notify: Notify,
    customer_id: str,
    limit: int,
    *,
    account: Account = NO_ACCOUNT,
    most: int = MAX_ROUNDS,
    limit_now: Callable[[], int] | None = None,
) -> int:
    """Grant free slots, in order, `most` of them at most; how many were granted. Idempotent, and safe in parallel.

    `limit_now` reads the limit anew if somebody waits: whoever raised it meanwhile may have found nobody to grant a
    slot.
    """
    state = semaphores.state(customer_id, limit)
    if not state.is_owed and not state.waits:
        return 0
    limit = limit_now() if limit_now else limit
    for holder in semaphores.not_notified(customer_id):
        _notify(semaphores, notify, holder, account)
    given = 0
    for _ in range(MAX_ROUNDS):
        seen = semaphores.read(customer_id)
        chosen = _choose(semaphores, customer_id, seen) if seen.free(limit) and given < most else None
        if chosen is None or not account.take(chosen):
            return given
        if semaphores.grant(chosen, seen, limit):
            given += _notify(semaphores, notify, chosen, account)
        elif chosen.request_id not in semaphores.read(customer_id).holders:
            account.pass_on(customer_id, chosen.request_id)
    raise GateContended(f"the semaphore of {customer_id} kept changing for {MAX_ROUNDS} rounds")


def _choose(semaphores: Semaphores, customer_id: str, seen: Semaphore) -> SlotRequest | None:
    """The first waiting request; if workflows take turns, the first one of the workflow that holds the fewest slots.

    Of several such workflows it is the one whose last slot is longest ago, else the one that came first. Only requests
    of the first one's priority are considered: so priority ageing works the same.
    """
    queue = semaphores.waiting(customer_id, limit=FAIR_CANDIDATES if seen.fair else 1)
    same_priority = list(takewhile(lambda request: request.priority == queue[0].priority, queue))
    if len({request.workflow_id for request in same_priority}) < 2:
        return same_priority[0] if same_priority else None
    held = Counter(holder.workflow_id for holder in semaphores.holders(customer_id))
    turns = {workflow_id: turn for turn, workflow_id in enumerate(seen.recent, start=1)}
    return min(same_priority, key=lambda request: (held[request.workflow_id], turns.get(request.workflow_id, 0)))


def _notify(semaphores: Semaphores, notify: Notify, holder: SlotRequest, account: Account) -> int:
    if notify(holder):
        semaphores.mark_notified(holder)
        return 1
    _give_up(semaphores, holder, account)
    return 0


def _give_up(semaphores: Semaphores, holder: SlotRequest, account: Account) -> None:
    """The execution of the holder has ended."""
    semaphores.leave(holder.customer_id, holder.request_id)
    account.pass_on(holder.customer_id, holder.request_id)


def _seize(semaphores: Semaphores, request: SlotRequest, limit: int, account: Account) -> bool:
    """Make the request a holder at once. It needs no entry in the queue: if it is killed now, it is tried again."""
    state = semaphores.state(request.customer_id, limit)
    holds = request.request_id in state.semaphore.holders
    if holds or state.waits or not state.semaphore.free(limit) or not account.take(request):
        return False
    if semaphores.seize(request, state.semaphore, limit):
        return True
    if request.request_id not in semaphores.read(request.customer_id).holders:
        account.pass_on(request.customer_id, request.request_id)
    return False


def acquire(
    semaphores: Semaphores,
    notify: Notify,
    request: SlotRequest,
    limit: int,
    *,
    account: Account = NO_ACCOUNT,
    limit_now: Callable[[], int] | None = None,
) -> None:
    """WaitForSlot: take a slot that is free if nobody waits, else enter the waiting queue, then dispatch.

    Idempotent: it keeps its place, and takes no second slot. `limit_now` reads the limit anew once the request waits.
    """
    if _seize(semaphores, request, limit, account):
        if notify(request):
            return
        _give_up(semaphores, request, account)
    elif not semaphores.enter(request) and _notify(semaphores, notify, request, account):
        return
    dispatch(semaphores, notify, request.customer_id, limit, account=account, limit_now=limit_now)


def release(
    semaphores: Semaphores,
    notify: Notify,
    customer_id: str,
    request_id: str,
    limit: int,
    *,
    account: Account = NO_ACCOUNT,
    limit_now: Callable[[], int] | None = None,
) -> frozenset[str]:
    """Release the slot, or leave the waiting queue, then dispatch, unless other tenants wait: which do."""
    semaphores.leave(customer_id, request_id)
    others = account.give_back(customer_id, request_id)
    if others:
        dispatch(semaphores, notify, customer_id, 0, account=account)
    else:
        dispatch(semaphores, notify, customer_id, limit, account=account, limit_now=limit_now)
    return others
