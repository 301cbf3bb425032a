"""A backfill that was begun, for whoever wants to wait for its end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from wfm.client.backfills.status import BackfillStatus
from wfm.client.waiting import ended

BACKFILL_TIMEOUT: Final = 7 * 86_400.0  # seconds


@dataclass(frozen=True, slots=True)
class BackfillStarted:
    """A backfill that runs whether somebody waits or not; `wfm.backfills.get` finds it by its id."""

    backfill_id: str
    follow: Callable[[float], Iterator[BackfillStatus]] = field(repr=False, compare=False)

    def wait(
        self, timeout: float = BACKFILL_TIMEOUT, on_change: Callable[[BackfillStatus], object] | None = None
    ) -> BackfillStatus:
        """Its status at its end; `on_change` is called with each status on the way.

        NotEndedInTimeError after `timeout` seconds: the backfill continues.
        """
        return ended(self.follow(timeout), on_change)
