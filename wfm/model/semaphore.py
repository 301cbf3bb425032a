"""The semaphore of a tenant: who holds a slot, who waits for one, and in which order."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from wfm.calendar.timestamps import iso, parse
from wfm.model.requests import PRIORITIES

# Who arrives lets those pass who arrive so much later and are more urgent, and nobody else: so nobody waits for ever.
PRIORITY_AGEING: Final = dict(zip(PRIORITIES, (timedelta(0), timedelta(hours=2), timedelta(days=1)), strict=True))


@dataclass(frozen=True)
class SlotRequest:
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
        return waiting_key(self.request_id, self.priority, self.arrival)


def waiting_key(request_id: str, priority: str, arrival: str) -> str:
    """Where a request stands that has come at `arrival`."""
    return f"{iso(parse(arrival) + PRIORITY_AGEING[priority])}#{PRIORITIES.index(priority)}#{request_id}"


@dataclass(frozen=True)
class Semaphore:
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

    def recent_after(self, waiter: SlotRequest) -> tuple[str, ...]:
        """`recent` once the waiter has got a slot."""
        others = (workflow_id for workflow_id in self.recent if workflow_id != waiter.workflow_id)
        return (*others, waiter.workflow_id)[-REMEMBERED:]


REMEMBERED: Final = 200  # workflows, of which a fair gate knows whose turn was before whose
