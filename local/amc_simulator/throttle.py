"""Token buckets, one per client id.

[guide: AMC throttles by token bucket and answers 429; numbers are not published]
"""

from local.amc_simulator.configuration import Throttling


class Throttle:
    """Lets through `burst` calls at once and `ratePerSecond` in the long run."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}

    def admits(self, client_id: str, settings: Throttling, now: float) -> bool:
        """Take a token; False if there is none."""
        tokens, since = self._buckets.get(client_id, (float(settings.burst), now))
        tokens = min(settings.burst, tokens + (now - since) * settings.rate_per_second)
        admitted = tokens >= 1
        self._buckets[client_id] = (tokens - 1 if admitted else tokens, now)
        return admitted
