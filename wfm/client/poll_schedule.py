"""When to poll something that is worked on elsewhere."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

FIRST_PAUSE: Final = 0.5  # seconds
LONGEST_PAUSE: Final = 10.0  # an AMC run often takes a quarter of an hour; nobody needs to know sooner than this
GROWTH: Final = 1.3


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds that only go forward, and a way to let some pass."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


CLOCK: Final = Clock(time.monotonic, time.sleep)


def pauses() -> Iterator[float]:
    """Seconds between polls: short at first, when much happens, then longer and longer up to a bound."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * GROWTH, LONGEST_PAUSE)


class PollSchedule:
    """Iterating gives, for each poll, whether it is the last: the first one after `timeout` seconds."""

    def __init__(self, timeout: float, clock: Clock) -> None:
        self._clock = clock
        self._deadline = clock.now() + timeout
        self._pauses = pauses()

    def __iter__(self) -> Iterator[bool]:
        while True:
            late = self._clock.now() >= self._deadline
            yield late
            if late:
                return
            self._clock.sleep(min(next(self._pauses), max(self._deadline - self._clock.now(), 0.0)))

    def soon(self) -> None:
        """Begin with short pauses again, since something happens."""
        self._pauses = pauses()
