"""When to look at a tenant next: soon while its runs go on, rarely when it is idle."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from functions.domain.times import parse

IDLE: Final = timedelta(minutes=10)
SOONEST: Final = timedelta(minutes=1)  # the tracker's own tick
LATEST: Final = timedelta(minutes=10)
SHARE_OF_AGE: Final = 0.1  # a run is looked at again after a tenth of the time that it has gone on


def next_look(now: datetime, running_since: Iterable[str]) -> datetime:
    """The next look at a tenant whose unsettled runs were created at `running_since` (ISO UTC).

    The youngest run decides: the delay stays near a tenth of a run's length, between one and ten minutes. A result
    that lands in the tenant's bucket makes it due at once whatever this says.
    """
    ages = [now - parse(since) for since in running_since]
    if not ages:
        return now + IDLE
    return now + max(SOONEST, min(LATEST, min(ages) * SHARE_OF_AGE))
