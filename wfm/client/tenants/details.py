"""What an operator wants to see of tenants: a line of each, or everything that WFM knows of one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from wfm.client.adapters.queue_messages import QueueDepth
from wfm.client.records import Tenant
from wfm.model.rows import Document, plain_object
from wfm.model.semaphore import Semaphore


@dataclass(frozen=True, slots=True)
class SlotUse:
    """The holders of a tenant's slots, how many runs were started elsewhere, and the requests that wait, in order.

    With `fair` workflows take turns, so that the next one need not be the first.
    """

    holders: Sequence[str]
    external: int
    waiting: Sequence[str]
    fair: bool = False

    @classmethod
    def of(cls, semaphore: Semaphore, waiting: Sequence[str]) -> Self:
        """The use of the slots by the tenant's semaphore and the ids of the requests that wait."""
        return cls(sorted(semaphore.holders), semaphore.external, waiting, semaphore.fair)

    @property
    def running(self) -> int:
        """The slots that are taken, by WFM or by others."""
        return len(self.holders) + self.external


@dataclass(frozen=True, slots=True)
class TenantSummary:
    """One line of `wfm tenants list`."""

    tenant: Tenant
    running: int
    waiting: int

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            **self.tenant.head_as_json(),
            "customerName": self.tenant.name,
            "running": self.running,
            "waiting": self.waiting,
            **self.tenant.poll_as_json(),
        }


@dataclass(frozen=True, slots=True)
class TenantDetails:
    """One tenant whole. `record` is None when it was removed, a queue's depth when there is no such queue."""

    tenant: Tenant
    record: Document | None
    queue: QueueDepth | None
    dead_letters: QueueDepth | None
    slots: SlotUse

    def as_json(self) -> dict[str, object]:
        """What `--json` prints: a stable head, then both rows whole."""
        slots = asdict(self.slots)
        return {
            **self.tenant.head_as_json(),
            "queue": asdict(self.queue) if self.queue else None,
            "deadLetters": asdict(self.dead_letters) if self.dead_letters else None,
            "slots": slots,
            "gate": {{"waiting": "line"}.get(name, name): value for name, value in slots.items()},  # for a version
            "tenant": self.tenant.row,
            "record": plain_object(self.record) if self.record else None,
        }
