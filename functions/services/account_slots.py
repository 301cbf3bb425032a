"""The slots of an AMC account, which its tenants share: AMC runs ACCOUNT_LIMIT at a time for all of them together.

A request takes its account's slot before its tenant's, and gives it back with it. A tenant that finds none free is
marked as waiting; a slot that comes free goes to the most urgent request of all tenants that wait. What a crash leaves
behind is put right by the next poll of the tenant (`reconcile`), so none of it needs a transaction.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from functions.ports import Ports
from functions.services.semaphore import MAX_ROUNDS, NO_ACCOUNT, Account, dispatch, release
from wfm.model.rows import Document
from wfm.model.semaphore import SlotRequest
from wfm.model.tenants import ACCOUNT_LIMIT, account_id_of, former_accounts, slots_of

MAX_TENANTS: Final = 50  # of an account that one release compares; of more, others each time


@dataclass(frozen=True)
class SharedAccount:
    """Implements `functions.services.semaphore.Account`, for a tenant's AMC account."""

    account_id: str
    ports: Ports
    limit: int = ACCOUNT_LIMIT

    def take(self, request: SlotRequest) -> bool:
        """A slot for the request; if there is none, its tenant is marked, and one that came free meanwhile is taken."""
        slots, seat = self.ports.account_slots, (self.account_id, request.customer_id, request.request_id, self.limit)
        return slots.take(*seat) or (not self.waits(request.customer_id) and slots.take(*seat))

    def give_back(self, customer_id: str, request_id: str) -> frozenset[str]:
        """The slot is free; the other tenants that found none."""
        state = self.ports.account_slots.give_back(self.account_id, customer_id, request_id)
        return state.waiting - {customer_id}

    def pass_on(self, customer_id: str, request_id: str) -> None:
        """To the most urgent of the other tenants that wait: nobody else knows that the slot was taken in vain."""
        if others := self.give_back(customer_id, request_id):
            _dispatch_by_urgency(customer_id, others, self, self.ports)

    def others_waiting(self, customer_id: str) -> frozenset[str]:
        """The other tenants that found no slot free."""
        return self.ports.account_slots.waiting(self.account_id) - {customer_id}

    def waits(self, customer_id: str) -> bool:
        """Mark the tenant as waiting; whether it is to wait, since no slot came free meanwhile."""
        self.ports.account_slots.mark_waiting(self.account_id, customer_id, waits=True)
        return self.is_full()

    def is_full(self) -> bool:
        """Whether no slot is free."""
        return self.ports.account_slots.held(self.account_id) >= self.limit


def account_of(tenant: Document | None, ports: Ports) -> Account:
    """The account of a tenant, by its row."""
    return _shared_account(tenant, ports) or NO_ACCOUNT


def dispatch_tenant(customer_id: str, ports: Ports) -> None:
    """Grant free slots to the tenant's requests; while others of its account wait, to the most urgent of all."""
    tenant = ports.tenants.find(customer_id)
    account = _shared_account(tenant, ports)
    others = account.others_waiting(customer_id) if account else frozenset[str]()
    limit = 0 if others else slots_of(tenant)
    dispatch(ports.semaphores, ports.tasks.notify, customer_id, limit, account=account or NO_ACCOUNT)
    if account and others:
        _dispatch_by_urgency(customer_id, others, account, ports)


def release_slot(customer_id: str, request_id: str, tenant: Document | None, ports: Ports) -> None:
    """Release the request's slots, then dispatch: the tenant's own requests at once, unless others are before them.

    `tenant` is the tenant's row.
    """
    account = _shared_account(tenant, ports)
    freed = (ports.semaphores, ports.tasks.notify, customer_id, request_id, slots_of(tenant))
    others = release(*freed, account=account or NO_ACCOUNT, limit_now=lambda: ports.tenants.limit(customer_id))
    if account and others:
        _dispatch_by_urgency(customer_id, others, account, ports)


def leave_account(customer_id: str, account_id: str, ports: Ports) -> None:
    """The account keeps nothing of a tenant that is not its own any more; who waits for its slots gets them."""
    account = SharedAccount(account_id, ports)
    state = ports.account_slots.reconcile(account.account_id, customer_id, frozenset(), 0)
    if customer_id in state.waiting:
        ports.account_slots.mark_waiting(account.account_id, customer_id, waits=False)
    if others := state.waiting - {customer_id}:
        _dispatch_by_urgency(min(others), others, account, ports)


def leave_former_accounts(customer_id: str, tenant: Document, ports: Ports) -> None:
    """TrackTenant: leave once more what the tenant left when it moved, now that its requests know of that.

    One that had read the tenant's row before the move may have taken a slot after it, which nobody would give back.
    """
    former = former_accounts(tenant, now=account_id_of(tenant))
    for account_id in former:
        leave_account(customer_id, account_id, ports)
    if former:
        ports.tenants.save(customer_id, formerAccounts=None)


def reconcile(
    customer_id: str,
    tenant: Document | None,
    holders: frozenset[str],
    external: int,
    ports: Ports,
    *,
    holders_now: Callable[[], frozenset[str]] | None = None,
) -> bool:
    """Set what the tenant holds of its account's slots to what it holds of its own, plus its external runs.

    Whether a slot of the account is free for which somebody waits. `holders_now` reads the holders anew after a change:
    the slot of a request that ended meanwhile would stay taken, and whoever found none would wait for it.
    """
    account = _shared_account(tenant, ports)
    if account is None:
        return False
    counted = (account.account_id, customer_id)
    state, is_corrected = ports.account_slots.reconcile(*counted, holders, external), False
    while holders_now and state.is_changed and (now := holders_now()) != holders:
        holders, is_corrected = now, True
        state = ports.account_slots.reconcile(*counted, holders, external)
    return state.held < account.limit and (is_corrected or not state.waiting <= {customer_id})


def _shared_account(tenant: Document | None, ports: Ports) -> SharedAccount | None:
    account_id = account_id_of(tenant)
    return SharedAccount(account_id, ports) if account_id else None


def _dispatch_by_urgency(customer_id: str, others: frozenset[str], account: SharedAccount, ports: Ports) -> None:
    """To the most urgent of the tenant and the others, as long as a slot is free."""
    customers = {customer_id, *random.sample(sorted(others), min(MAX_TENANTS, len(others)))}
    for _ in range(MAX_ROUNDS):
        if account.is_full() and account.waits(customer_id):
            return
        first = {one: _ready(one, account, ports) for one in customers}
        ready = [(request.place, one) for one, request in first.items() if request]
        if not ready:
            return
        chosen = min(ready)[1]
        limit = ports.tenants.limit(chosen)
        dispatch(ports.semaphores, ports.tasks.notify, chosen, limit, account=account, most=1)


def _ready(customer_id: str, account: SharedAccount, ports: Ports) -> SlotRequest | None:
    """The tenant's next request, if the tenant itself has a slot free; its mark is taken out first, if it has none.

    The request is searched for again after that: one that came meanwhile has seen the mark.
    """
    found = _next_request(customer_id, account, ports)
    if found is None:
        ports.account_slots.mark_waiting(account.account_id, customer_id, waits=False)
        found = _next_request(customer_id, account, ports)
        if found is not None:  # and it may be the mark that it made itself which was taken out
            ports.account_slots.mark_waiting(account.account_id, customer_id, waits=True)
    return found


def _next_request(customer_id: str, account: SharedAccount, ports: Ports) -> SlotRequest | None:
    """None too if the tenant has another account by now: a slot of this one would never be given back."""
    semaphore, tenant = ports.semaphores.read(customer_id), ports.tenants.find(customer_id)
    is_own = account_id_of(tenant) == account.account_id
    if not is_own or not semaphore.free(slots_of(tenant)):
        return None
    return next(iter(ports.semaphores.waiting(customer_id, limit=1)), None)
