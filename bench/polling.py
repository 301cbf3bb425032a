"""When to poll a run: AMC calls per run against the delay until its end is seen, for five kinds of policy.

`python -m bench.polling` prints tables and draws docs/images/measures/polling.svg. A simulation without AMC: the times
of the runs are made up (always the same), the policies and the learning are WFM's own, a tick comes every minute.
Each run is alone with its tenant: the dearest case, since active runs of one tenant share their polls.
"""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from bench.charts import Series, draw
from wfm.model.durations import Durations
from wfm.model.poll_policy import DELAY_BUDGET, next_poll
from wfm.model.timeouts import MIN_INTERVAL, TICK_TOLERANCE

RUNS: Final = 200  # of each workflow
SEED: Final = 20261123
PICTURE: Final = Path(__file__).parents[1] / "docs" / "images" / "measures" / "polling.svg"
TRADES: Final = (1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0)
START: Final = datetime(2026, 11, 23, tzinfo=UTC)

Policy = Callable[[timedelta, Durations], timedelta]  # from a run's age to the pause until the next poll


@dataclass(frozen=True)
class Seen:
    """One run: the polls that it took, and how long its end went unseen."""

    polls: int
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
    """A tenth of the run's age: what WFM does as long as it knows nothing of a workflow."""
    del known
    return next_poll(START, [(age, None)]) - START


def learnt(worth: float, age: timedelta, known: Durations) -> timedelta:
    """From the workflow's past durations."""
    return next_poll(START, [(age, known)], worth) - START


def watch(policy: Policy, durations: list[float], random: Random) -> Iterator[Seen]:
    """Follow the runs of a workflow one after the other, learning from each."""
    known = Durations()
    for seconds in durations:
        ends, at = timedelta(seconds=seconds), MIN_INTERVAL * random.random()
        polls = 1
        while at < ends:
            pause = policy(at, known)
            at += MIN_INTERVAL * max(1, -(-(pause - TICK_TOLERANCE) // MIN_INTERVAL))
            polls += 1
        known = known.after(ends)
        yield Seen(polls, at - ends)


def policies() -> dict[str, Policy]:
    """The policies by the names that the tables and the picture give them."""
    named: dict[str, Policy] = {f"every {minutes} min": partial(fixed, minutes) for minutes in (1, 5, 10)}
    named["a tenth of the age"] = by_age
    return named | {f"learnt, {worth:g} s": partial(learnt, worth) for worth in TRADES}


def measure() -> dict[str, dict[str, list[Seen]]]:
    """The measures by policy and workflow; every policy gets the same runs."""
    runs = mixes(Random(SEED))  # noqa: S311
    return {
        name: {kind: list(watch(policy, times, Random(SEED))) for kind, times in runs.items()}  # noqa: S311
        for name, policy in policies().items()
    }


def summary(seen: list[Seen]) -> tuple[float, float, float]:
    """Polls per run; mean and 95th percentile of the delay in seconds."""
    delays = sorted(one.delay.total_seconds() for one in seen)
    polls = statistics.mean(one.polls for one in seen)
    return polls, statistics.mean(delays), delays[int(0.95 * len(delays))]


def table(measured: dict[str, dict[str, list[Seen]]]) -> str:
    """All runs together, policy by policy, as Markdown."""
    lines = ["| policy | calls per run | mean delay | 95th percentile |", "|---|---|---|---|"]
    for name, kinds in measured.items():
        polls, mean, late = summary([one for seen in kinds.values() for one in seen])
        lines.append(f"| {name} | {polls:.1f} | {mean:.0f} s | {late:.0f} s |")
    return "\n".join(lines)


def table_by_kind(measured: dict[str, dict[str, list[Seen]]]) -> str:
    """Calls per run and mean delay by workflow, for the age alone and for what WFM does."""
    ours = f"learnt, {DELAY_BUDGET:g} s"
    lines = ["| runs take | a tenth of the age: calls, mean delay | learnt: calls, mean delay |", "|---|---|---|"]
    for kind in measured[ours]:
        cells = [summary(measured[name][kind])[:2] for name in ("a tenth of the age", ours)]
        lines.append(f"| {kind} | " + " | ".join(f"{polls:.1f}, {mean:.0f} s" for polls, mean in cells) + " |")
    return "\n".join(lines)


def chart(measured: dict[str, dict[str, list[Seen]]]) -> list[Series]:
    """Mean delay over calls per run."""
    points = {name: summary([one for seen in kinds.values() for one in seen])[:2] for name, kinds in measured.items()}
    curve = [points[f"learnt, {worth:g} s"] for worth in TRADES]
    return [
        Series(curve, [f"{worth:g} s" for worth in TRADES], "learnt"),
        Series([points[f"every {n} min"] for n in (1, 5, 10)], ["1", "5", "10"], "every 1, 5, 10 min", joined=False),
        Series([points["a tenth of the age"]], [""], "a tenth of the age", joined=False),
    ]


def main() -> None:
    """Print the tables, draw the chart."""
    measured = measure()
    print(table(measured), table_by_kind(measured), sep="\n\n")
    draw(PICTURE, chart(measured), "AMC calls per run", "mean delay, seconds")


if __name__ == "__main__":
    main()
