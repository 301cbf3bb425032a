"""The fleet of the simulation: its tenants and AMC accounts, what they ask for in a day, and how long AMC takes.

A hundred runs of each tenant a day: 85 by schedules, of which seven in ten fire from 00:00 to 08:59 UTC; five that
people ask for in working hours; ten of a backfill in the evening. Invented, since nobody publishes such figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle
from random import Random
from typing import Final, NamedTuple

from bench.polling import learnt, mixes
from wfm.calendar.firings import times
from wfm.calendar.timetables import spread_minute, translate
from wfm.model.durations import Durations
from wfm.model.priorities import PRIORITIES

START: Final = datetime(2026, 11, 23, tzinfo=UTC)
SEED: Final = 20261123
SCHEDULES: Final = 85  # of a tenant, once a day each
INTERACTIVE: Final = 5
BACKFILL: Final = 10
BACKFILL_AT: Final = 20 * 3600
WORKING: Final = (8 * 3600, 18 * 3600)
# Of a hundred schedules, how many fire at which hour of UTC
HOURS: Final = (16, 6, 8, 6, 6, 6, 10, 6, 6, *[2] * 15)
ACCOUNTS: Final = (2, 5, 10, 30)  # tenants of the AMC accounts, one after the other: two thirds are in those of 30
RESULT_SHARE: Final = 0.95  # of the runs leave a result, which wakes the tracker


class Kind(NamedTuple):
    """A kind of workflow: seconds that its runs take, and what WFM has learnt of them."""

    seconds: list[float]
    known: Durations


class Arrival(NamedTuple):
    """A request: the second of the day, the tenant's number, the priority's index, the number of its workflow."""

    second: int
    tenant: int
    priority: int
    workflow: int


@dataclass(frozen=True)
class Fleet:
    """`accounts` are sizes of AMC accounts; `spread`: schedules leave their minute to WFM instead of `:00`."""

    tenants: int
    accounts: tuple[int, ...] = ACCOUNTS
    spread: bool = False
    seed: int = SEED

    @property
    def customer_ids(self) -> list[str]:
        """One of each tenant."""
        return [f"an-agency-s-tenant-{number:05}" for number in range(self.tenants)]

    def account_ids(self) -> list[str]:
        """The account of each tenant."""
        found, sizes = list[str](), cycle(self.accounts)
        while len(found) < self.tenants:
            found += [f"ENTITY{len(found):08}"] * next(sizes)
        return found[: self.tenants]

    def arrivals(self) -> list[Arrival]:
        """What is asked for in the day, in order."""
        random = Random(self.seed)  # noqa: S311 (a simulation)
        return sorted(each for tenant in range(self.tenants) for each in self._of_tenant(tenant, random))

    def _of_tenant(self, tenant: int, random: Random) -> Iterator[Arrival]:
        interactive, scheduled, backfill = range(len(PRIORITIES))
        for number, hour in enumerate(random.choices(range(24), HOURS, k=SCHEDULES)):
            yield Arrival(self._fires(tenant, number, hour), tenant, scheduled, number)
        for number in range(INTERACTIVE):
            yield Arrival(random.randrange(*WORKING), tenant, interactive, SCHEDULES + number)
        for number in range(BACKFILL):
            yield Arrival(BACKFILL_AT, tenant, backfill, SCHEDULES + INTERACTIVE + number)

    def _fires(self, tenant: int, number: int, hour: int) -> int:
        if not self.spread:
            return fires(f"daily {hour:02}:00", 0)
        return fires(f"custom(D * {hour})", spread_minute(f"an-agency-s-tenant-{tenant:05}", f"schedule-{number}"))


@cache
def fires(expression: str, minute: int) -> int:
    """The second of the day at which the schedule fires, by WFM's calendar."""
    event_expression = translate(expression, minute, "ScheduleExpression")
    first = next(times(event_expression, UTC, START - timedelta(seconds=1), None))
    return int((first - START).total_seconds())


def kinds(seed: int = SEED) -> list[Kind]:
    """The workflows of bench/polling.py, of which WFM has learnt what there is to learn."""
    return [Kind(seconds, learnt(seconds)) for seconds in mixes(Random(seed)).values()]  # noqa: S311 (a simulation)
