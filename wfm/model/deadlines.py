"""How likely a firing of a schedule will be late, and when to look at it again: pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.due_times import MIN_LOOK
from wfm.model.durations import MIN_RUNS, Durations

AT_RISK: Final = 0.5  # the chance to be late from which this is announced
SHARE: Final = 4  # of what is left until a deadline passes before the next look
LATE_TOLERANCE: Final = timedelta(minutes=2)  # a look comes with the tick; what has ended by then was in time


def next_look(now: datetime, due: datetime) -> datetime:
    """When to look again at what is on its way: the nearer the deadline, the sooner."""
    return min(now + max((due - now) / SHARE, MIN_LOOK), due)


def time_in_line(ahead: Sequence[Durations], busy: Sequence[Durations], slots: int) -> timedelta:
    """How long a request waits for a slot: what is `ahead` of it, and half of what is `busy`, divided by the slots.

    Nobody ahead and a slot free: it waits for nothing.
    """
    if not ahead and len(busy) < slots:
        return timedelta(0)
    work = sum((each.median for each in ahead), timedelta(0)) + sum((each.median for each in busy), timedelta(0)) / 2
    return work / max(slots, 1)


def chance_late(durations: Durations, running: timedelta, left: timedelta) -> float:
    """How likely a run that has taken so long already takes longer than what is left; 0 if too little is learnt."""
    if durations.count < MIN_RUNS:
        return 0.0
    if left <= timedelta(0):
        return 1.0
    so_far, whole = running.total_seconds(), (running + left).total_seconds()
    return durations.survival(whole) / durations.survival(so_far)
