"""The bound: the best times of polls for who knows beforehand how the durations of a workflow are distributed."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

TICK: Final = 60.0  # seconds


def best_polls(durations: Sequence[float], worth: float, longest: int) -> list[float]:
    """The ages in seconds at which to poll, so that polls (each `worth` seconds) and delay cost least in all.

    The durations are all that there are, each as likely. Polls are a whole number of ticks after the start, at most
    `longest` apart. The last one finds each run ended. By dynamic programming: the cost from each tick on is the least
    of all next ticks.
    """
    ticks = range(int(max(durations) // TICK) + 2)
    ended, seconds = [0] * len(ticks), [0.0] * len(ticks)
    for each in durations:
        ended[-int(-each // TICK)] += 1  # the first tick that finds it ended
        seconds[-int(-each // TICK)] += each
    ended, seconds = list(accumulate(ended)), list(accumulate(seconds))
    cost, upcoming = [0.0] * len(ticks), [0] * len(ticks)
    for now in reversed(ticks[:-1]):
        active = len(durations) - ended[now]
        cost[now], upcoming[now] = min(
            (
                worth * active + TICK * then * (ended[then] - ended[now]) - (seconds[then] - seconds[now]) + cost[then],
                then,
            )
            for then in ticks[now + 1 : now + 1 + longest]
        )
    polls, at = list[float](), 0
    while ended[at] < len(durations):
        at = upcoming[at]
        polls.append(TICK * at)
    return polls
