"""Token buckets, as AWS and AMC throttle; and how much of a quota each second took."""

from array import array
from typing import Final

SECONDS: Final = 3 * 86_400  # a day, and two more for what is left over


class TokenBucket:
    """`burst` tokens at most, `rate` of them anew each second."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._level, self._at = burst, 0.0

    def try_take(self, now: float) -> bool:
        """Take one token if there is one: who finds none is throttled."""
        self._refill(now)
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def reserve(self, now: float, tokens: int = 1) -> float:
        """When the tokens are there, first come, first served: who finds none is delayed."""
        self._refill(now)
        self._level -= tokens
        return now if self._level >= 0 else now - self._level / self._rate

    def _refill(self, now: float) -> None:
        if now > self._at:
            self._level, self._at = min(self._burst, self._level + (now - self._at) * self._rate), now


class PerSecond:
    """A number for each second of the simulation."""

    def __init__(self) -> None:
        self.values = array("d", bytes(8 * SECONDS))

    def add(self, at: float, amount: float = 1) -> None:
        """So much in the second of `at`."""
        self.values[min(int(at), SECONDS - 1)] += amount

    def spread(self, at: float, duration: float) -> None:
        """Something that goes on for `duration` seconds: in the end, how many there are at a time."""
        while duration > 0:
            part = min(duration, int(at) + 1 - at)
            self.add(at, part)
            at, duration = int(at) + 1, duration - part

    @property
    def total(self) -> float:
        """Of all seconds."""
        return sum(self.values)

    @property
    def peak(self) -> float:
        """Of the busiest second."""
        return max(self.values)

    def hours(self) -> list[float]:
        """The means of the hours of the day."""
        return [sum(self.values[hour * 3600 : (hour + 1) * 3600]) / 3600 for hour in range(24)]

    def minutes(self, first: int, last: int) -> list[float]:
        """The means of the minutes from `first` on and before `last`."""
        return [sum(self.values[minute * 60 : minute * 60 + 60]) / 60 for minute in range(first, last)]

    def busiest_minute(self) -> float:
        """The mean of the busiest minute."""
        return max(self.minutes(0, SECONDS // 60))
