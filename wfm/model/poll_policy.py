"""When to poll a tenant next: as seldom as a bound on the delay allows.

A poll costs a call. Not to poll costs delay, as the end of a run is recorded later. The next poll is due when the
expected delay is worth a call (for runs that end at a constant rate that is a gap of sqrt(2 * DELAY_BUDGET / rate)). A
result that arrives in the tenant's bucket makes the tenant due at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from wfm.model.durations import MIN_RUNS, Durations
from wfm.model.timeouts import MIN_INTERVAL

IDLE_INTERVAL: Final = timedelta(minutes=10)
MAX_INTERVAL: Final = timedelta(minutes=10)
SHARE_OF_AGE: Final = 0.1  # a run of unknown duration is polled again after a tenth of its age
DELAY_BUDGET: Final = 10.0  # seconds of delay of one run that a poll is worth
DELAY_BUDGET_WATCHED: Final = 60.0  # where results trigger polls: only runs without one wait, about one in six
_STEPS: Final = 6  # ten seconds each, in which the expected delay is added up

ActiveRun = tuple[timedelta, Durations | None]  # a run's age, and what is known of its workflow's durations


def next_poll(now: datetime, active_runs: Iterable[ActiveRun], worth: float = DELAY_BUDGET) -> datetime:
    """When to poll a tenant with these active runs. One run more never delays it; MAX_INTERVAL is the longest gap."""
    known, gap = [], MAX_INTERVAL
    for age, durations in active_runs:
        passed = max(age, timedelta(0))
        if durations is None or durations.count < MIN_RUNS:
            gap = min(gap, max(MIN_INTERVAL, passed * SHARE_OF_AGE))
        else:
            known.append((passed.total_seconds(), durations))
    return now + min(gap, _interval_worth_a_poll(known, worth))


def _interval_worth_a_poll(runs: list[tuple[float, Durations]], worth: float) -> timedelta:
    """Whole minutes until the expected delay is worth a poll.

    A run adds the integral of the probability that it has ended by then, given that it is active now.
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
