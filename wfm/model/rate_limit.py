"""How fast the callers of one application go once AMC has throttled one of them.

AMC throttles by application, with limits that it does not publish and may change (Amazon's guide, get-started). So
nobody is held back until a 429 comes, or a 503 that asks for a pause. Then all who call with its client id share one
pace, whosever grant they use: half as fast with each new 429, a little faster with each second without one, until
nobody needs to be held back any more. (Of the retired instance-level API, each instance is an application.)
"""

from dataclasses import dataclass, replace
from typing import Final

FIRST_INTERVAL: Final = 0.2  # seconds between two calls after the first 429
LONGEST_PAUSE: Final = 300.0  # whatever `Retry-After` asks for: what is wrong there must not stop an application
FREE_INTERVAL: Final = 0.05  # twenty calls a second: as good as no pace at all
# Calls a second more, for each second without a 429. So the slowest pace is a call in two seconds, twice as slow as the
# one of a second that every pace has grown to when a storm is over, and 40 s later there is none at all.
GROWTH: Final = 0.5
ONE_STORM: Final = 2.0  # seconds; the 429s of calls that were on their way together count as one


@dataclass(frozen=True)
class Pace:
    """`interval` holds as of `throttled_at`; nobody calls before `next_at`. Seconds, the moments since 1970."""

    interval: float
    next_at: float
    throttled_at: float

    def interval_at(self, now: float) -> float:
        """The time between two calls by now."""
        return 1 / (1 / self.interval + GROWTH * max(0.0, now - self.throttled_at))

    def is_over(self, now: float) -> bool:
        """Whether nobody needs to be held back any more."""
        return now >= self.next_at and self.interval_at(now) <= FREE_INTERVAL

    def start(self, now: float) -> float:
        """When the next call may go."""
        return max(now, self.next_at)

    def after_a_call(self, now: float) -> "Pace":
        """The pace once the next call has its moment."""
        return replace(self, next_at=self.start(now) + self.interval_at(now))


def slower(pace: Pace | None, now: float, retry_after: float | None) -> Pace:
    """The pace after such an answer, whose `Retry-After` says how long nobody shall call at all."""
    pause = now + min(retry_after or 0.0, LONGEST_PAUSE)
    if pace is None:
        return Pace(FIRST_INTERVAL, max(pause, now + FIRST_INTERVAL), now)
    if now - pace.throttled_at < ONE_STORM:
        return replace(pace, next_at=max(pace.next_at, pause))
    interval = 2 * max(pace.interval_at(now), FIRST_INTERVAL / 2)
    return Pace(interval, max(pace.next_at, pause, now + interval), now)
