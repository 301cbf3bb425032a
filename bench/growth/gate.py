"""The table Gate in memory, behind the ports that WFM's semaphore asks; it counts what DynamoDB would be asked.

One thing happens at a time here, so no condition is lost to another writer: contention costs more on AWS.
"""

import math
from bisect import insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from wfm.model.rows import TenantRow
from wfm.model.semaphore import AccountState, Semaphore, SlotRequest, SlotState
from wfm.model.tenants import slots_of


@dataclass
class Requests:
    """A tenant's requests: who holds a slot, and who waits, by place."""

    holders: dict[str, SlotRequest] = field(default_factory=dict)
    waiting: list[tuple[str, SlotRequest]] = field(default_factory=list)

    _read: Semaphore | None = None

    def read(self) -> Semaphore:
        """As a read shows them."""
        if self._read is None:
            self._read = Semaphore(frozenset(self.holders), 0)
        return self._read

    def hold(self, request: SlotRequest) -> None:
        """One more has a slot."""
        self.holders[request.request_id] = request
        self._read = None

    def leave(self, request_id: str) -> None:
        """One fewer has one."""
        del self.holders[request_id]
        self._read = None


class MemorySemaphores:
    """Implements what the simulation needs of `functions.ports.Semaphores`."""

    def __init__(self, customer_ids: list[str]) -> None:
        self.of = {customer_id: Requests() for customer_id in customer_ids}
        self.reads = Counter[str]()

    def read(self, customer_id: str) -> Semaphore:
        self.reads["GetItem"] += 1
        return self.of[customer_id].read()

    def state(self, customer_id: str, slots: int) -> SlotState:
        del slots
        self.reads["Query"] += 1
        of = self.of[customer_id]
        return SlotState(of.read(), tuple(of.holders.values()), is_owed=False, waits=bool(of.waiting))

    def waiting(self, customer_id: str, limit: int) -> list[SlotRequest]:
        self.reads["Query"] += 1
        return [request for _, request in self.of[customer_id].waiting[:limit]]

    def not_notified(self, customer_id: str) -> list[SlotRequest]:
        del customer_id
        self.reads["Query"] += 1
        return []

    def enter(self, waiter: SlotRequest) -> bool:
        insort(self.of[waiter.customer_id].waiting, (waiter.place, waiter), key=lambda each: each[0])
        return True

    def seize(self, request: SlotRequest, seen: Semaphore, limit: int) -> bool:
        if not seen.free(limit):
            return False
        self.of[request.customer_id].hold(request)
        return True

    def grant(self, waiter: SlotRequest, seen: Semaphore, limit: int) -> bool:
        of = self.of[waiter.customer_id]
        if not seen.free(limit):
            return False
        of.waiting.remove((waiter.place, waiter))
        of.hold(waiter)
        return True

    def mark_notified(self, waiter: SlotRequest) -> None:
        del waiter

    def leave(self, customer_id: str, request_id: str) -> None:
        self.of[customer_id].leave(request_id)


@dataclass
class _Account:
    holders: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    bytes: int = 0
    second: int = 0
    units: int = 0


class MemoryAccountSlots:
    """Implements `functions.ports.AccountSlots`; `peak_units` is what the busiest second wrote to one account's row."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.of: dict[str, _Account] = {}
        self.peak_units, self.units, self.most_held, self.largest = 0, 0, 0, 0

    def take(self, account_id: str, customer_id: str, request_id: str, limit: int) -> bool:
        account, name = self._write(account_id), f"{customer_id}.{request_id}"
        if name in account.holders:
            return True
        if len(account.holders) >= limit:
            return False
        account.holders.add(name)
        account.bytes += len(name)
        self.most_held, self.largest = max(self.most_held, len(account.holders)), max(self.largest, account.bytes)
        return True

    def give_back(self, account_id: str, customer_id: str, request_id: str) -> AccountState:
        account, name = self._write(account_id), f"{customer_id}.{request_id}"
        if name in account.holders:
            account.holders.remove(name)
            account.bytes -= len(name)
        return AccountState(len(account.holders), frozenset(account.waiting))

    def held(self, account_id: str) -> int:
        return len(self.of[account_id].holders)

    def waiting(self, account_id: str) -> frozenset[str]:
        return frozenset(self.of[account_id].waiting) if account_id in self.of else frozenset()

    def mark_waiting(self, account_id: str, customer_id: str, *, waits: bool) -> None:
        account = self._write(account_id)
        if waits and customer_id not in account.waiting:
            account.waiting.add(customer_id)
            account.bytes += len(customer_id)
        elif not waits and customer_id in account.waiting:
            account.waiting.remove(customer_id)
            account.bytes -= len(customer_id)

    def _write(self, account_id: str) -> _Account:
        """A write, whether its condition holds or not, costs a unit for each kilobyte of the whole row."""
        account, second = self.of.setdefault(account_id, _Account()), int(self._clock())
        units = max(1, math.ceil(account.bytes / 1024))
        account.units = units + (account.units if second == account.second else 0)
        account.second = second
        self.units += units
        self.peak_units = max(self.peak_units, account.units)
        return account


class MemoryTenants:
    """The rows of Tenants that the semaphore reads."""

    def __init__(self, customer_ids: list[str], account_ids: list[str]) -> None:
        rows = {
            customer_id: {"customerId": customer_id, "status": "ACTIVE", "amcAmazonAdsAdvertiserId": account_id}
            for customer_id, account_id in zip(customer_ids, account_ids, strict=True)
        }
        self._rows = cast("dict[str, TenantRow]", rows)
        self.reads = 0

    def find(self, customer_id: str) -> TenantRow:
        self.reads += 1
        return self._rows[customer_id]

    def limit(self, customer_id: str) -> int:
        return slots_of(self.find(customer_id))


@dataclass
class Tasks:
    """Whoever holds a slot is told."""

    notified: Callable[[SlotRequest], None]

    def notify(self, waiter: SlotRequest) -> bool:
        """Always heard."""
        self.notified(waiter)
        return True


@dataclass
class GatePorts:
    """The ports of `functions.ports.Ports` that the services of the semaphore ask."""

    semaphores: MemorySemaphores
    account_slots: MemoryAccountSlots
    tenants: MemoryTenants
    tasks: Tasks
