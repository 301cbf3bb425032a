"""What WFM's own handlers were counted to do: `python -m bench.cost` measures it anew, a test compares."""

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Final


@dataclass(frozen=True)
class RunCounts:
    """Of one run alone with its tenant, of a workflow whose durations are learnt, without the minute's ticks.

    `minutes` in AMC; `key_uses`: tables by the Lambdas that use them; bytes: of WFM's own log lines, and of the rows
    and index entries that stay.
    """

    minutes: float
    watched: bool
    lambdas: float
    polls: float
    read_units: float
    write_units: float
    events: float
    publishes: float
    key_uses: float
    log_bytes: float
    stored_bytes: float


@dataclass(frozen=True)
class IdleCounts:
    """Of one tenant in a day without any run, long after the last one, without the minute's ticks."""

    watched: bool
    polls: float
    read_units: float
    write_units: float
    key_uses: float


@dataclass(frozen=True)
class TickCounts:
    """Of one tick at which no tenant is due."""

    read_units: float
    log_bytes: float


@dataclass(frozen=True)
class DeliveryCounts:
    """What a run costs more whose result is delivered: one of a single part below 8 MB, of a table that is there.

    One of the `lambdas` is DeliverResult. S3 bills `s3_writes` as it bills PUT, and `s3_reads` as GET.
    """

    lambdas: float
    read_units: float
    write_units: float
    events: float
    publishes: float
    key_uses: float
    log_bytes: float
    stored_bytes: float
    s3_writes: float
    s3_reads: float
    glue: float


DELIVERY_OF_RUN: Final = tuple(each.name for each in fields(DeliveryCounts))[:-3]  # as RunCounts has them


@dataclass(frozen=True)
class StackCounts:
    """What the template holds of what is paid for by the month. `polled_queues`: read by Lambdas, besides tenants'."""

    alarms: int
    dashboards: int
    metrics: int
    keys: int
    secrets: int
    polled_queues: int
    trace_percent: int


TRANSITIONS: Final = 7  # of execution_lifecycle, however long AMC takes
RUNS: Final = (
    RunCounts(1, True, 10, 2, 29, 59, 2, 1, 25, 2704, 4221),
    RunCounts(60, True, 10, 2, 29, 59, 2, 1, 25, 2704, 4281),
    RunCounts(240, True, 10, 2, 29, 59, 2, 1, 25, 2704, 4281),
    RunCounts(1, False, 10, 2, 29, 59, 2, 1, 25, 2704, 4221),
    RunCounts(60, False, 20, 11, 62.5, 91, 3, 1, 25, 3377, 4289),
    RunCounts(240, False, 38, 29, 125.5, 145, 3, 1, 25, 3377, 4289),
)
IDLE: Final = (IdleCounts(True, 24, 74, 73, 3), IdleCounts(False, 144, 434, 433, 3))
TICK: Final = TickCounts(2, 243)
DELIVERY: Final = DeliveryCounts(2, 5, 2, 1, 1, 3, 241, 245, 4, 4, 3)
STACK: Final = StackCounts(55, 1, 12, 1, 1, 4, 5)
DELIVERIES_STACK: Final = StackCounts(3, 0, 1, 0, 0, 1, 0)  # more, with the parameter deliveries: on


def run_counts(minutes: float, watched: bool) -> RunCounts:
    """Of a run of such a length: between the measured ones, or on the line through the last two."""
    rows = [row for row in RUNS if row.watched == watched]
    if minutes <= rows[0].minutes:
        return rows[0]
    pairs = list(pairwise(rows))
    below, above = next((pair for pair in pairs if minutes <= pair[1].minutes), pairs[-1])
    share = (minutes - below.minutes) / (above.minutes - below.minutes)
    numbers = [each.name for each in fields(RunCounts) if each.name not in ("minutes", "watched")]
    between = {name: _between(getattr(below, name), getattr(above, name), share) for name in numbers}
    return RunCounts(minutes, watched, **between)


def _between(low: float, high: float, share: float) -> float:
    return low + (high - low) * share
