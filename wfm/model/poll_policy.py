"""When to poll a tenant next: as seldom as a bound on the delay allows.

A poll costs a call. Not to poll costs delay, as the end of a run is recorded later. Where nothing else tells of an end,
the next poll is due when the expected delay is worth a call (for runs that end at a constant rate that is an interval
of sqrt(2 * DELAY_BUDGET / rate)). Where results wake the tracker, only a run that fails without one waits for a poll:
one comes early, for most failures do, and the next when its result should have come.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from wfm.model.durations import AMC_DURATIONS, MIN_RUNS, Durations
from wfm.model.timeouts import EARLY_POLL, MAX_DURATION, MIN_INTERVAL, TICK_TOLERANCE

MAX_INTERVAL: Final = timedelta(minutes=10)  # where results do not wake the tracker, and after failures
DELAY_BUDGET: Final = 10.0  # seconds of delay of one run that a poll is worth
GUESSED: Final = 0.125  # how much a run counts of whose workflow few have ended: polls tell more of others
STILL_ACTIVE: Final = 0.1  # the share of sound runs that a poll in a watched tenant finds active: it was in vain
STILL_ACTIVE_IN_DOUBT: Final = 0.3  # of a workflow that cannot be relied on, or when the run is overdue already
IDLE_GROWTH: Final = 1.2  # of the interval, as long as nothing happens in a watched tenant: hourly after four hours
_STEPS: Final = 6  # ten seconds each, in which the expected delay is added up


class ActiveRun(NamedTuple):
    """A run's age, what is known of its workflow's durations, and when it is to be ended, from now."""

    age: timedelta
    durations: Durations = AMC_DURATIONS
    time_left: timedelta = MAX_DURATION


def next_poll(
    now: datetime, runs: Sequence[ActiveRun], *, watched: bool = False, worth: float = DELAY_BUDGET
) -> datetime:
    """When to poll a tenant with these active runs. One run more never delays it."""
    runs = [run._replace(age=max(run.age, timedelta(0))) for run in runs]
    waits = [_until_overdue(run) for run in runs] if watched and runs else [_interval_worth_a_poll(runs, worth)]
    early = [EARLY_POLL - run.age for run in runs if run.age < EARLY_POLL - TICK_TOLERANCE]
    return now + max(MIN_INTERVAL, min(waits + early))


def idle_poll(now: datetime, last_poll: datetime | None, longest: timedelta) -> datetime:
    """When to poll a tenant that has no run and whose results are watched; without `last_poll` something happened."""
    passed = now - last_poll if last_poll else timedelta(0)
    return now + min(max(MAX_INTERVAL, passed * IDLE_GROWTH), longest)


def _until_overdue(run: ActiveRun) -> timedelta:
    """When its result is overdue: all but STILL_ACTIVE of the sound runs that become as old have ended by then."""
    seconds = run.age.total_seconds()
    now = run.durations.survival(seconds)
    left = now * (STILL_ACTIVE if run.durations.is_reliable and now > 1 / 2 else STILL_ACTIVE_IN_DOUBT)
    soonest, latest = MIN_INTERVAL.total_seconds(), MAX_DURATION.total_seconds()
    while latest - soonest > 1:
        middle = (soonest + latest) / 2
        soonest, latest = (middle, latest) if run.durations.survival(seconds + middle) > left else (soonest, middle)
    return min(timedelta(seconds=math.ceil(latest)), _time_left(run))


def _interval_worth_a_poll(runs: Iterable[ActiveRun], worth: float) -> timedelta:
    """Whole minutes until the expected delay is worth a poll.

    A run adds the integral of the probability that it has ended by then, given that it is active now.
    """
    step, expected = MIN_INTERVAL.total_seconds() / _STEPS, 0.0
    known = [(run.age.total_seconds(), run.durations) for run in runs]
    now = [durations.survival(age) for age, durations in known]
    for count in range(1, int(MAX_INTERVAL / MIN_INTERVAL) * _STEPS):
        middle = (count - 0.5) * step
        ended = (
            (1 if each.count >= MIN_RUNS else GUESSED) * (1 - each.survival(age + middle) / left)
            for (age, each), left in zip(known, now, strict=True)
        )
        expected += step * sum(ended)
        if expected > worth:
            return MIN_INTERVAL * (count // _STEPS)
    return MAX_INTERVAL


def _time_left(run: ActiveRun) -> timedelta:
    """Until the run is to be ended; when that has come, each poll tries it anew."""
    return run.time_left if run.time_left > timedelta(0) else MAX_DURATION


def after_failure(now: datetime, failing_since: datetime) -> datetime:
    """When to poll a tenant whose list fails: the pauses double from one minute to MAX_INTERVAL."""
    return now + min(MAX_INTERVAL, max(MIN_INTERVAL, now - failing_since))
