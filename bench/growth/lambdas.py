"""The Lambdas that the account runs at a time: who finds none free waits, first come, first served."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple


class _Waiting(NamedTuple):
    since: float
    is_start: bool
    begin: Callable[[], None]


class Pool:
    """`most` at a time; StartExecution alone at most `most_starts` of them (its reserved concurrency)."""

    def __init__(self, most: int, most_starts: int | None) -> None:
        self._most, self._most_starts = most, most_starts or most
        self._busy, self._starts = 0, 0
        self._waiting: deque[_Waiting] = deque()
        self._starts_waiting: deque[_Waiting] = deque()
        self.most_busy, self.longest_wait, self.longest_wait_of_starts = 0, 0.0, 0.0

    def enter(self, now: float, begin: Callable[[], None], *, is_start: bool = False) -> None:
        """Begin at once if a Lambda is free and nobody waits, else later."""
        queue = self._starts_waiting if is_start else self._waiting
        queue.append(_Waiting(now, is_start, begin))
        self._go(now)

    def leave(self, now: float, *, is_start: bool = False) -> None:
        """A Lambda has ended."""
        self._busy -= 1
        self._starts -= is_start
        self._go(now)

    def _go(self, now: float) -> None:
        while self._busy < self._most:
            queue = self._next()
            if queue is None:
                return
            chosen = queue.popleft()
            self._busy += 1
            self._starts += chosen.is_start
            self.most_busy = max(self.most_busy, self._busy)
            waited = now - chosen.since
            if chosen.is_start:
                self.longest_wait_of_starts = max(self.longest_wait_of_starts, waited)
            else:
                self.longest_wait = max(self.longest_wait, waited)
            chosen.begin()

    def _next(self) -> deque[_Waiting] | None:
        """The queue whose first one came first, of those that may begin."""
        may_start = self._starts_waiting and self._starts < self._most_starts
        if may_start and (not self._waiting or self._starts_waiting[0].since < self._waiting[0].since):
            return self._starts_waiting
        return self._waiting or None
