"""The rate limit that all callers of one client id share after AMC has throttled any of them.

AMC throttles by application, with limits that it does not publish and may change (Amazon's guide, get-started). So
nobody is held back until a 429 comes, or a 503 that asks for a pause. Then all who call with its client id share one
rate limit, whosever grant they use: half as fast with each new 429, a little faster with each second without one, until
nobody needs to be held back any more. (Of the retired instance-level API, each instance is an application.)
"""

from dataclasses import dataclass, replace
from typing import Final

FIRST_INTERVAL: Final = 0.2  # seconds between two calls after the first 429
LONGEST_PAUSE: Final = 300.0  # whatever `Retry-After` asks for: what is wrong there must not stop an application
FREE_INTERVAL: Final = 0.05  # twenty calls a second: as good as no limit at all
# Calls a second more, for each second without a 429. So the slowest rate is a call in two seconds, half of the call a
# second that every rate has grown to when a storm is over, and 40 s later there is no limit at all.
GROWTH: Final = 0.5
ONE_STORM: Final = 2.0  # seconds; the 429s of calls that were on their way together count as one


@dataclass(frozen=True)
class RateLimit:
    """Seconds between two calls as of `throttled_at`; no call before `next_at`. Both times are seconds since 1970."""

    interval: float
    next_at: float
    throttled_at: float

    def interval_at(self, now: float) -> float:
        """Seconds between two calls at `now`: the rate has grown since `throttled_at`."""
        return 1 / (1 / self.interval + GROWTH * max(0.0, now - self.throttled_at))

    def is_over(self, now: float) -> bool:
        """Whether the limit has grown so far that it can be dropped."""
        return now >= self.next_at and self.interval_at(now) <= FREE_INTERVAL

    def start(self, now: float) -> float:
        """When the next call may go."""
        return max(now, self.next_at)

    def after_a_call(self, now: float) -> "RateLimit":
        """The rate limit after the next call has reserved its time."""
        return replace(self, next_at=self.start(now) + self.interval_at(now))


def slower(limit: RateLimit | None, now: float, retry_after: float | None) -> RateLimit:
    """The rate limit after a 429, or a 503 with `Retry-After`, which is the time in which nobody may call."""
    pause = now + min(retry_after or 0.0, LONGEST_PAUSE)
    if limit is None:
        return RateLimit(FIRST_INTERVAL, max(pause, now + FIRST_INTERVAL), now)
    if now - limit.throttled_at < ONE_STORM:
        return replace(limit, next_at=max(limit.next_at, pause))
    interval = 2 * max(limit.interval_at(now), FIRST_INTERVAL / 2)
    return RateLimit(interval, max(limit.next_at, pause, now + interval), now)
