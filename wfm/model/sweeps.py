"""How far the sweep of a machine's ended executions has come.

Step Functions lists executions by when they began, the newest first, and finds none by when they ended. So a sweep
remembers since when the oldest of those began that the next one may still find ended: no older page is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

GRACE: Final = timedelta(minutes=15)  # of an event that is on its way, and of a message that is being started
EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sweep:
    """What ended at `until` or before is done with. `oldest` began first of those that were seen not to have ended.

    `begun_since`: nothing that ended after `until` began before.
    """

    until: datetime
    begun_since: datetime = EVER
    oldest: datetime = EVER

    def next(self, until: datetime, now: datetime, began: Iterable[datetime]) -> "Sweep":
        """The one of `now`. `began` has the times of all that did not end before `until`, as far as lists show them.

        Lists may be a moment late: what they leave out was in those of the sweep before, or began after it.
        """
        oldest = min(began, default=now)
        return Sweep(until, min(oldest, self.oldest), oldest)
