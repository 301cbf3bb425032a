"""When to look at a tenant next: as few looks as a bound on the delay allows.

A look costs a call. Not to look costs delay: each run that has ended waits to be seen. The next look comes when the
delay that is to be expected by then is worth a call (for runs that end at a constant rate that is a gap of
sqrt(2 * DELAY_BUDGET / rate)). A result that lands in the tenant's bucket makes it due at once whatever this says.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from wfm.model.durations import MIN_RUNS, Durations
from wfm.model.timeouts import MIN_INTERVAL

IDLE_INTERVAL: Final = timedelta(minutes=10)
MAX_INTERVAL: Final = timedelta(minutes=10)
SHARE_OF_AGE: Final = 0.1  # a run of which nothing is known is looked at again after a tenth of the time it has gone on
DELAY_BUDGET: Final = 10.0  # seconds of one run's delay that a look may cost
DELAY_BUDGET_WATCHED: Final = 60.0  # where results wake the tracker, only runs without one wait to be seen: some in six
_STEPS: Final = 6  # ten seconds each, in which the expected delay is added up

Going = tuple[timedelta, Durations | None]  # a run's age, and what is known of its workflow's durations


def next_poll(now: datetime, going_on: Iterable[Going], worth: float = DELAY_BUDGET) -> datetime:
    """When to poll a tenant with these runs; one run more never puts it off, and MAX_INTERVAL is the longest wait."""
    known, gap = [], MAX_INTERVAL
    for age, durations in going_on:
        passed = max(age, timedelta(0))
        if durations is None or durations.count < MIN_RUNS:
            gap = min(gap, max(MIN_INTERVAL, passed * SHARE_OF_AGE))
        else:
            known.append((passed.total_seconds(), durations))
    return now + min(gap, _until_worth_it(known, worth))


def _until_worth_it(runs: list[tuple[float, Durations]], worth: float) -> timedelta:
    """Whole minutes, until the delay to be expected is worth a look.

    A run adds to it the integral of the chance that it has ended by then, given that it has not ended yet.
    """
    step, expected = MIN_INTERVAL.total_seconds() / _STEPS, 0.0
    now = [durations.survival(age) for age, durations in runs]
    for count in range(1, int(MAX_INTERVAL / MIN_INTERVAL) * _STEPS):
        middle = (count - 0.5) * step
        ended = (1 - each.survival(age + middle) / left for (age, each), left in zip(runs, now, strict=True))
        expected += step * sum(ended)
        if expected > worth:
            return max(MIN_INTERVAL, MIN_INTERVAL * (count // _STEPS))
    return MAX_INTERVAL


def after_failure(now: datetime, failing_since: datetime) -> datetime:
    """When to poll a tenant whose list fails: the pauses double from one minute to MAX_INTERVAL."""
    return now + min(MAX_INTERVAL, max(MIN_INTERVAL, now - failing_since))
