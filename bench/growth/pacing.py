"""AMC's throttling of one client id, and the rate limit that WFM's Lambdas share because of it."""

from bench.growth.buckets import TokenBucket
from wfm.model.rate_limit import RateLimit, slower
from wfm.store.rate_limits import LONGEST_WAIT


class ClientId:
    """What `wfm.store.rate_limits` does, with the row in memory, before an AMC that takes `rate` calls a second.

    Without a rate AMC takes all. The bucket holds the calls of one second.
    """

    def __init__(self, rate: float | None) -> None:
        self._amc = TokenBucket(rate, max(1.0, rate)) if rate else None
        self._limit: RateLimit | None = None
        self.calls, self.refused, self.held_back = 0, 0, 0

    def keep(self, now: float) -> float | None:
        """When the call may go; None if it would have to wait for too long, so that it is not made at all."""
        if self._limit is None or self._limit.is_over(now):
            return now
        start = self._limit.start(now)
        if start - now > LONGEST_WAIT:
            self.held_back += 1
            return None
        self._limit = self._limit.after_a_call(now)
        return start

    def call(self, now: float) -> bool:
        """Whether AMC takes the call; if not, all are slower from now on."""
        self.calls += 1
        if self._amc is None or self._amc.try_take(now):
            return True
        self.refused += 1
        self._limit = slower(self._limit, now, None)
        return False
