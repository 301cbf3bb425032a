"""What tracking costs: calls of AMC and DynamoDB per hour for 1, 100 and 1,000 tenants, idle and with ten runs each.

`python -m bench.tracking` prints a table and draws docs/images/measures/tracking.svg. The handlers ListDueTenants and
TrackTenant and the adapters of DynamoDB are the real ones, on moto (that of Executions only where there is one tenant:
see bench/tracking_world.py); AMC is a timetable of made-up runs of half an hour.
Many tenants are polled for a part of an hour in which each has its turn, and the figures are scaled to a whole one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from moto import mock_aws

from bench.charts import Series, draw
from bench.tracking_world import World
from functions.handlers import list_due_tenants, track_tenant
from local.synthesis import REPOSITORY, current_assembly

DAY, YEAR = timedelta(days=1), timedelta(days=365)


@dataclass(frozen=True)
class State:
    """What tenants do; `every` minutes they are polled, and by number of tenants so many minutes are measured."""

    name: str
    every: int
    minutes: Mapping[int, int]
    busy: bool = True
    watched: bool = False


IDLE: Final = State("none", 10, {1: 60, 100: 10, 1000: 10}, busy=False)
BUSY: Final = State("10", 1, {1: 20, 100: 2, 1000: 1})
WATCHED: Final = State("10, results watched", 2, {1: 20, 100: 4}, watched=True)
PICTURE: Final = REPOSITORY / "docs" / "images" / "measures" / "tracking.svg"


@dataclass(frozen=True)
class Measured:
    """One round, scaled to an hour."""

    tenants: int
    state: State
    history: timedelta
    polls: float
    amc_calls: float
    reads: float
    writes: float


def measure(assembly: Path, state: State, tenants: int, history: timedelta = DAY) -> Measured:
    """Let the ticks of some minutes pass."""
    minutes = state.minutes[tenants]
    with mock_aws():
        world = World(assembly)
        world.populate(tenants, history, state.every, busy=state.busy, watched=state.watched)
        world.counted.clear()
        polls = sum(_tick(world) for _ in range(minutes))
    figures = (polls, world.ports.amc.pages, world.counted["reads"], world.counted["writes"])
    return Measured(tenants, state, history, *(60 / minutes * figure for figure in figures))


def _tick(world: World) -> int:
    """Do what the machine does each minute; how many tenants were polled."""
    batches = list_due_tenants.handler({}, ports=lambda: world.ports)["batches"]
    for batch in batches:
        answer = track_tenant.handler(batch, ports=lambda: world.ports)
        if answer["failed"] or answer["left"]:
            raise RuntimeError(f"not all were polled: {answer}")
    world.clock.now += timedelta(minutes=1)
    return sum(len(batch["tenants"]) for batch in batches)


def table(rounds: list[Measured]) -> str:
    """The rounds as Markdown."""
    columns = ("tenants", "runs of each", "history", "polls", "AMC calls", "DynamoDB reads", "DynamoDB writes")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for one in rounds:
        history = "a year" if one.history == YEAR else "a day"
        figures = " | ".join(f"{value:,.0f}" for value in (one.polls, one.amc_calls, one.reads, one.writes))
        lines.append(f"| {one.tenants:,} | {one.state.name} | {history} | {figures} |")
    return "\n".join(lines)


def chart(rounds: list[Measured]) -> list[Series]:
    """AMC calls an hour over tenants."""
    series = []
    for name, state in (("ten runs each", BUSY), ("idle", IDLE)):
        points = [(float(one.tenants), one.amc_calls) for one in rounds if one.state is state and one.history == DAY]
        series.append(Series(points, ["", *(f"{calls:,.0f}" for _, calls in points[1:])], name))
    return series


def main() -> None:
    """Print the table, draw the chart."""
    assembly = current_assembly()
    rounds = [measure(assembly, state, tenants) for state in (IDLE, BUSY, WATCHED) for tenants in state.minutes]
    rounds += [measure(assembly, state, 1, YEAR) for state in (IDLE, BUSY)]
    print(table(rounds))
    draw(PICTURE, chart(rounds), "tenants", "AMC calls an hour")


if __name__ == "__main__":
    main()
