"""The rate limit that all Lambdas of one client id share: a row of the AccessTokens table."""

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypedDict

from boto3.dynamodb.conditions import Attr

from wfm.errors import AmcThrottled
from wfm.model.rate_limit import RateLimit, slower
from wfm.store.items import storable, to_item
from wfm.store.schema import ACCESS_TOKENS
from wfm.store.table_rows import find_row, holds

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

LONGEST_WAIT: Final = 5.0  # seconds that a Lambda waits for its moment; a longer wait is the state machine's
_TRIES: Final = 20
_KEPT: Final = 3600  # seconds without a 429 after which the row goes by itself


class _RateLimitRow(TypedDict):
    interval: float
    nextAt: float
    throttledAt: float


class RateLimits:
    """A row is {authId: "pace:<caller>", interval, nextAt, throttledAt, expireTimestamp}; most have none."""

    def __init__(
        self,
        table: "Table",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = table
        self._clock = clock
        self._sleep = sleep

    def keep(self, caller: str) -> None:
        """Wait until the next call may go; AmcThrottled if too many wait already."""
        for _ in range(_TRIES):
            now, limit = self._clock(), self._find(caller)
            if limit is None or limit.is_over(now):
                return
            wait = limit.start(now) - now
            if wait > LONGEST_WAIT:
                raise AmcThrottled(f"AMC throttles {caller!r}: the next call may go in {wait:.0f} s")
            if self._write(caller, limit.after_a_call(now), seen=limit):
                self._sleep(wait)
                return
            self._sleep(random.uniform(0, 0.05))  # noqa: S311 (jitter, no secret)
        raise AmcThrottled(f"too many call AMC with {caller!r} at once")

    def slow_down(self, caller: str, retry_after: float | None) -> None:
        """Lower the rate, as AMC answered 429 or asked for a pause. Concurrent updates are retried."""
        for _ in range(_TRIES):
            seen = self._find(caller)
            if self._write(caller, slower(seen, self._clock(), retry_after), seen):
                return

    def _find(self, caller: str) -> RateLimit | None:
        row = find_row(self._table, _key(caller), _RateLimitRow)
        return RateLimit(float(row["interval"]), float(row["nextAt"]), float(row["throttledAt"])) if row else None

    def _write(self, caller: str, limit: RateLimit, seen: RateLimit | None) -> bool:
        unchanged = Attr("authId").not_exists() if seen is None else Attr("nextAt").eq(storable(seen.next_at))
        item = to_item(
            {
                **_key(caller),
                "interval": limit.interval,
                "nextAt": limit.next_at,
                "throttledAt": limit.throttled_at,
                "expireTimestamp": int(limit.throttled_at) + _KEPT,
            }
        )
        return holds(lambda: self._table.put_item(Item=item, ConditionExpression=unchanged))


def _key(caller: str) -> dict[str, str | int]:
    return ACCESS_TOKENS.key(f"pace:{caller}")
