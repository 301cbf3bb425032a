"""When to poll a run: AMC calls per run against the delay until its end is seen, for each kind of policy.

`python -m bench.polling` prints tables and draws docs/images/measures/polling.svg and polling-hour.svg. A simulation
without AMC: the times of the runs are made up (always the same), the policies and the learning are WFM's own, a tick
comes every minute. Each run is alone with its tenant: the dearest case, since active runs of one tenant share their
polls. The POST is one of the calls.
"""

import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from bench.best_polling import best_polls
from bench.charts import Series, draw
from wfm.model.durations import AMC_DURATIONS, Durations
from wfm.model.poll_policy import DELAY_BUDGET, MAX_INTERVAL, ActiveRun, next_poll
from wfm.model.timeouts import EARLY_POLL, MIN_INTERVAL, TICK_TOLERANCE

RUNS: Final = 200  # of each workflow
SEED: Final = 20261123
PICTURES: Final = Path(__file__).parents[1] / "docs" / "images" / "measures"
TRADES: Final = (5.0, 10.0, 20.0, 40.0, 80.0)
START: Final = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN, BEST, BEST_CAPPED = f"learnt, {DELAY_BUDGET:g} s", "bound, {:g} s", "bound of 10 min, {:g} s"
NOBODY, TENTH, WATCHED = "nobody knows", "a tenth of the age", "watched, no result"

Policy = Callable[[timedelta, Durations], timedelta]  # from a run's age to the pause until the next poll


@dataclass(frozen=True)
class Seen:
    """One run: the calls that it took, those of them before its end, and how long its end went unseen."""

    calls: int
    before: int
    delay: timedelta


def lognormal(random: Random, minutes: float, spread: float) -> float:
    """Seconds; `spread` is the standard deviation of their logarithm."""
    return min(max(60 * minutes * random.lognormvariate(0, spread), 40), 6 * 3600)


def mixes(random: Random) -> dict[str, list[float]]:
    """Seconds that the runs of each workflow take, one after the other."""
    times = range(RUNS)
    return {
        "one minute, much alike": [lognormal(random, 1, 0.2) for _ in times],
        "a quarter of an hour": [lognormal(random, 15, 0.4) for _ in times],
        "an hour, much alike": [lognormal(random, 60, 0.1) for _ in times],
        "two hours, far apart": [lognormal(random, 120, 0.8) for _ in times],
        "five hours": [lognormal(random, 300, 0.2) for _ in times],
        "3 or 50 minutes": [lognormal(random, random.choice((3, 50)), 0.15) for _ in times],
        "10, later 60 minutes": [lognormal(random, 10 if n < RUNS / 2 else 60, 0.2) for n in times],
    }


def fixed(minutes: float, age: timedelta, known: Durations) -> timedelta:
    """Always the same pause, as the predecessors have it."""
    del age, known
    return timedelta(minutes=minutes)


def by_age(age: timedelta, known: Durations) -> timedelta:
    """A tenth of the run's age, at most ten minutes: what WFM did before it guessed."""
    del known
    return min(max(MIN_INTERVAL, age / 10), MAX_INTERVAL)


def ours(worth: float, age: timedelta, known: Durations) -> timedelta:
    """From the workflow's past durations."""
    return next_poll(START, [ActiveRun(age, known)], worth=worth) - START


def guessed(age: timedelta, known: Durations) -> timedelta:
    """As for a workflow that nobody knows, again and again."""
    del known
    return next_poll(START, [ActiveRun(age)]) - START


def watched(age: timedelta, known: Durations) -> timedelta:
    """Where results wake the tracker, and this run leaves none."""
    return next_poll(START, [ActiveRun(age, known)], watched=True) - START


def follow(policy: Policy, durations: Iterable[float], random: Random, known: Durations) -> Iterator[Seen]:
    """Follow the runs of a workflow one after the other, learning from each."""
    for seconds in durations:
        ends, at = timedelta(seconds=seconds), EARLY_POLL - TICK_TOLERANCE + MIN_INTERVAL * random.random()
        polls = [at]
        while at < ends:
            pause = policy(at, known)
            at += MIN_INTERVAL * max(1, -(-(pause - TICK_TOLERANCE) // MIN_INTERVAL))
            polls.append(at)
        known = known.after(ends)
        yield Seen(1 + len(polls), 1 + sum(each < ends for each in polls), at - ends)


def follow_best(worth: float, longest: int, durations: list[float]) -> Iterator[Seen]:
    """The bound, with polls at most so many ticks apart; they come as if each run began on one."""
    polls = best_polls(durations, worth, longest)
    for seconds in durations:
        before = [each for each in polls if each < seconds]
        yield Seen(2 + len(before), 1 + len(before), timedelta(seconds=polls[len(before)] - seconds))


def policies() -> dict[str, Policy]:
    """The policies by the names that the tables and the picture give them."""
    named: dict[str, Policy] = {f"every {minutes} min": partial(fixed, minutes) for minutes in (1, 5, 10)}
    named |= {TENTH: by_age, NOBODY: guessed}
    return named | {f"learnt, {worth:g} s": partial(ours, worth) for worth in TRADES} | {WATCHED: watched}


def measure(runs: dict[str, list[float]], known: Durations = AMC_DURATIONS) -> dict[str, dict[str, list[Seen]]]:
    """The measures by policy and workflow; every policy gets the same runs, and knows at first what is `known`."""
    measured = {
        name: {kind: list(follow(policy, times, Random(SEED), known)) for kind, times in runs.items()}  # noqa: S311
        for name, policy in policies().items()
    }
    for bound, longest in ((BEST_CAPPED, MAX_INTERVAL // MIN_INTERVAL), (BEST, 1440)):
        for worth in TRADES:
            best = {kind: list(follow_best(worth, longest, times)) for kind, times in runs.items()}
            measured[bound.format(worth)] = best
    return measured


def summary(seen: list[Seen]) -> tuple[float, float, float]:
    """Calls per run; mean and 95th percentile of the delay in seconds."""
    delays = sorted(one.delay.total_seconds() for one in seen)
    calls = statistics.mean(one.calls for one in seen)
    return calls, statistics.mean(delays), delays[int(0.95 * len(delays))]


def table(measured: dict[str, dict[str, list[Seen]]]) -> str:
    """All runs together, policy by policy, as Markdown."""
    lines = ["| policy | calls per run | mean delay | 95th percentile |", "|---|---|---|---|"]
    for name, kinds in measured.items():
        calls, mean, late = summary([one for seen in kinds.values() for one in seen])
        lines.append(f"| {name} | {calls:.1f} | {mean:.0f} s | {late:.0f} s |")
    return "\n".join(lines)


def table_by_kind(measured: dict[str, dict[str, list[Seen]]]) -> str:
    """Calls per run and mean delay by workflow; where results are watched, the calls of a run that leaves one, too."""
    names = (TENTH, NOBODY, KNOWN, *(bound.format(DELAY_BUDGET) for bound in (BEST_CAPPED, BEST)), WATCHED)
    lines = [f"| runs take | {' | '.join(names)} | watched, with a result |", "|---" * (len(names) + 2) + "|"]
    for kind in measured[KNOWN]:
        cells = ["{:.1f}, {:.0f} s".format(*summary(measured[name][kind])[:2]) for name in names]
        calls = 1 + statistics.mean(one.before for one in measured[WATCHED][kind])
        lines.append(f"| {kind} | {' | '.join(cells)} | {calls:.1f} |")
    return "\n".join(lines)


def chart(measured: dict[str, dict[str, list[Seen]]]) -> list[Series]:
    """Mean delay over calls per run."""
    points = {name: summary([one for seen in kinds.values() for one in seen])[:2] for name, kinds in measured.items()}
    labels = [f"{worth:g} s" for worth in TRADES]
    return [
        Series([points[f"learnt, {worth:g} s"] for worth in TRADES], labels, "learnt"),
        Series([points[BEST_CAPPED.format(worth)] for worth in TRADES], labels, "bound, at most 10 min apart"),
        Series([points[BEST.format(worth)] for worth in TRADES], labels, "bound: durations known beforehand"),
        Series([points[f"every {n} min"] for n in (5, 10)], ["5 (v3)", "10"], "every 5, 10 min", joined=False),
        Series([points[TENTH]], [""], "a tenth of the age (before)", joined=False),
        Series([points[NOBODY]], [""], NOBODY, joined=False),
    ]


def learnt(times: list[float]) -> Durations:
    """What the ends of such runs teach."""
    known = Durations()
    for seconds in times:
        known = known.after(timedelta(seconds=seconds))
    return known


def main() -> None:
    """Print the tables, draw the charts."""
    timetable = measure(mixes(Random(SEED)))  # noqa: S311
    times = [uniform(57.5 * 60, 62.5 * 60) for uniform in [Random(SEED).uniform] * (RUNS + 10)]  # noqa: S311
    hour = measure({"an hour": times[10:]}, learnt(times[:10]))
    print(table(timetable), table_by_kind(timetable), "57.5 to 62.5 minutes:", table(hour), sep="\n\n")
    for name, measured in (("polling", timetable), ("polling-hour", hour)):
        draw(PICTURES / f"{name}.svg", chart(measured), "AMC calls per run", "mean delay, seconds")


if __name__ == "__main__":
    main()
