"""The semaphore of a tenant: who holds a slot, who waits for one, and in which order."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from wfm.calendar.timestamps import iso, parse
from wfm.model.priorities import PRIORITIES

# How much later a more urgent request may arrive and still go first: so every request gets its slot in the end.
PRIORITY_AGEING: Final = dict(zip(PRIORITIES, (timedelta(0), timedelta(hours=2), timedelta(days=1)), strict=True))


@dataclass(frozen=True)
class SlotRequest:
    """A request that waits for a slot: `arrival` (ISO UTC) and `priority` give its place, `task_token` its execution.

    `workflow_id` is "" for an ad hoc workflow without a name. `stored_place` is its place in the waiting
    queue, whatever PRIORITY_AGEING is by now; "" for a new request.
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
        """The sort key of the waiting queue: the arrival plus the ageing of the priority, then the priority.

        Inside a priority it is first come, first served. An interactive request goes before a scheduled one that has
        waited for less than two hours, and before one of a backfill that has waited for less than a day.
        """
        if self.stored_place:
            return self.stored_place
        return waiting_key(self.request_id, self.priority, self.arrival)


def waiting_key(request_id: str, priority: str, arrival: str) -> str:
    """The sort key in the waiting queue: `arrival` plus the ageing of the priority, the priority, the request."""
    return f"{iso(parse(arrival) + PRIORITY_AGEING[priority])}#{PRIORITIES.index(priority)}#{request_id}"


@dataclass(frozen=True)
class Semaphore:
    """One tenant's semaphore as read: the requests that hold a slot, and the number of other runs in AMC.

    With `fair` workflows take turns; `recent` are the workflows that got a slot, the latest last.
    """

    holders: frozenset[str]
    external: int
    fair: bool = False
    recent: tuple[str, ...] = ()

    def free(self, limit: int) -> int:
        """Slots that may be given out now; never below zero."""
        return max(0, limit - self.external - len(self.holders))

    def recent_after(self, waiter: SlotRequest) -> tuple[str, ...]:
        """`recent` once the waiter has got a slot."""
        others = (workflow_id for workflow_id in self.recent if workflow_id != waiter.workflow_id)
        return (*others, waiter.workflow_id)[-REMEMBERED:]


@dataclass(frozen=True)
class SlotState:
    """A tenant's semaphore with the requests that hold a slot; whether one of them may not have been notified.

    `waits` says whether a request waits for a slot.
    """

    semaphore: Semaphore
    holders: tuple[SlotRequest, ...]
    is_owed: bool
    waits: bool


@dataclass(frozen=True)
class AccountState:
    """How many slots of an AMC account are taken, and the tenants that found none free.

    `is_changed`: the call that tells it took or released some.
    """

    held: int
    waiting: frozenset[str]
    is_changed: bool = field(default=False, compare=False)


REMEMBERED: Final = 200  # workflows whose order a fair semaphore remembers
