"""Who may run: so many runs per instance and per account, the rest wait in a queue.

[guide: 10 per instance, 200 per account]
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator

from local.amc_simulator.runs import Run, Status


class SlotPool:
    """The slots of one account. Instances take turns, so that a long line of one does not starve another."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()
        self._total = 0
        self._waiting: OrderedDict[str, deque[Run]] = OrderedDict()

    def enqueue(self, run: Run) -> None:
        """Put a run at the end of its instance's line."""
        self._waiting.setdefault(run.order.instance_id, deque()).append(run)

    def release(self, run: Run) -> None:
        """A running run gave its slot back."""
        self._running[run.order.instance_id] -= 1
        self._total -= 1

    def grant(self, per_instance: int, per_account: int) -> Iterator[Run]:
        """Take out of the lines, and count as running, every run that may start now."""
        while self._total < per_account and (run := self._next(per_instance)):
            self._running[run.order.instance_id] += 1
            self._total += 1
            yield run

    def _next(self, per_instance: int) -> Run | None:
        for instance_id in list(self._waiting):
            if self._running[instance_id] >= per_instance:
                continue
            if run := self._head(instance_id):
                return run
        return None

    def _head(self, instance_id: str) -> Run | None:
        """The first run of the line that nobody cancelled; its instance then goes behind the others."""
        line = self._waiting[instance_id]
        while line:
            run = line.popleft()
            if run.status is Status.PENDING:
                self._waiting.move_to_end(instance_id)
                return run
        del self._waiting[instance_id]
        return None
