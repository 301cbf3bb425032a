"""What a run costs in AMC calls, and how late its end is told: short and long ones, known or not, watched or not.

`python -m bench.run_polls` prints the table of docs/measures.md; `--check` ends with 1 if a figure is a fifth worse
than there. The handlers ListDueTenants and TrackTenant and the adapters of DynamoDB are the real ones, on moto, under a
clock that jumps from tick to tick, so the figures are the same each time. AMC is a timetable. The run stands in the
table as SubmitExecution leaves it, and the tenant's next poll, too.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from statistics import mean
from typing import Any, Final

from moto import mock_aws

from bench.timetable import START, as_run
from bench.tracking_world import World
from functions.handlers import list_due_tenants, track_tenant
from local.synthesis import REPOSITORY, current_assembly
from wfm.calendar.timestamps import parse
from wfm.model.durations import Durations
from wfm.model.runs import run_row
from wfm.model.timeouts import EARLY_POLL, MIN_INTERVAL, TICK_TOLERANCE
from wfm.store.items import to_item

TENANT: Final = "tenant-0000"
LENGTHS: Final = {"1 minute": 1, "1 hour": 60, "4 hours": 240, "24 hours": 1440}
PHASES: Final = 6  # of the tick, at which runs begin; two for a day, which has a hundred and more polls
WAKE_UP: Final = timedelta(seconds=1.3)  # from the end to the poll that its result causes: bench.outcomes
PAGE: Final = REPOSITORY / "docs" / "measures.md"
WORSE: Final = 1.2


@dataclass(frozen=True)
class Case:
    """`runs` at a time, of a workflow of which ten like them were learnt, or none (`known`)."""

    length: str
    known: bool
    watched: bool
    result: bool
    runs: int = 1

    @property
    def name(self) -> str:
        """The first cell of its row."""
        number = "1 run" if self.runs == 1 else f"{self.runs} runs"
        mode = "watched" if self.watched else "not watched"
        end = "" if self.result or not self.watched else ", no result"
        return f"{number} of {self.length}, {'learnt' if self.known else 'nobody knows'}, {mode}{end}"

    @property
    def duration(self) -> timedelta:
        """How long each run takes."""
        return timedelta(minutes=LENGTHS[self.length])


def cases() -> list[Case]:
    """One run of each kind, and ten an hour."""
    modes = ((True, True), (True, False), (False, False))
    kinds = [(known, *mode) for known in (True, False) for mode in modes]
    one = [Case(length, *kind) for length in LENGTHS for kind in kinds]
    return one + [Case("1 hour", *kind, runs=10) for kind in kinds]


def measure(world: World, case: Case, phase: float) -> tuple[float, list[float]]:
    """AMC calls per run, and the delay of each in seconds."""
    begins = START + MIN_INTERVAL * phase
    timed = [(begins + case.duration * number / case.runs, case.duration) for number in range(case.runs)]
    times = [(at, at + duration) for at, duration in timed]
    world.ports.amc.runs[TENANT], world.ports.amc.pages = times, 0
    pending = {end for _, end in times} if case.result else set()
    unsent = list(enumerate(times))
    while unsent or _active(world):
        wake_up, submit = (min(pending) + WAKE_UP if pending else None), (unsent[0][1][0] if unsent else None)
        tick = _next_tick(world) if len(unsent) < case.runs else None
        world.clock.now = min(at for at in (wake_up, submit, tick) if at)
        if world.clock.now == submit:
            _submit(world, case, *unsent.pop(0))
        elif world.clock.now == wake_up:
            pending.remove(min(pending))
            track_tenant.handler({"tenants": [TENANT], "asked": True}, ports=lambda: world.ports)
        else:
            for batch in list_due_tenants.handler({}, ports=lambda: world.ports)["batches"]:
                track_tenant.handler(batch, ports=lambda: world.ports)
    rows = world.dynamodb.Table("executions_table").scan()["Items"]
    delays = [(parse(row["recordedAt"]) - parse(row["lastUpdatedTime"])).total_seconds() for row in rows]
    return 1 + world.ports.amc.pages / case.runs, delays


def _submit(world: World, case: Case, number: int, times: tuple[datetime, datetime]) -> None:
    row = run_row(TENANT, as_run(number, times, times[0]), times[0])
    if case.known:
        row["expected"] = _learnt(case.duration).to_field()
    world.dynamodb.Table("executions_table").put_item(Item=to_item(row))
    world.ports.tenants.poll_no_later_than(TENANT, times[0] + EARLY_POLL)


def _learnt(duration: timedelta) -> Durations:
    known = Durations()
    for _ in range(10):
        known = known.after(duration)
    return known


def _active(world: World) -> list[Any]:
    found: list[Any] = world.ports.executions.active_runs(TENANT)
    return found


def _next_tick(world: World) -> datetime:
    """The first tick that takes the tenant; those before it call nobody."""
    due = parse(world.ports.tenants.find(TENANT)["pollDueAt"]) - TICK_TOLERANCE
    ticks = -(-(max(due, world.clock.now + timedelta(microseconds=1)) - START) // MIN_INTERVAL)
    return START + MIN_INTERVAL * ticks


def _reset(world: World, case: Case) -> None:
    executions = world.dynamodb.Table("executions_table")
    for row in executions.scan()["Items"]:
        executions.delete_item(Key={name: row[name] for name in ("customerId", "workflowExecutionId")})
    world.clock.now = START
    world.populate(1, timedelta(0), 600, busy=False, watched=case.watched)


def figures(case: Case, world: World) -> tuple[float, float, float]:
    """AMC calls per run; mean and longest delay, over the phases of the tick."""
    calls, delays = list[float](), list[float]()
    phases = 2 if case.duration > timedelta(hours=12) else PHASES
    for number in range(phases):
        _reset(world, case)
        with redirect_stdout(StringIO()):  # which takes the metrics
            called, late = measure(world, case, (number + 0.5) / phases)
        calls.append(called)
        delays += late
    return mean(calls), mean(delays), max(delays)


def rows(world: World) -> Iterator[str]:
    """The table, row by row."""
    columns = ("runs", "AMC calls per run", "mean delay, seconds", "longest delay, seconds")
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    for case in cases():
        calls, usual, longest = figures(case, world)
        yield f"| {case.name} | {calls:.1f} | {usual:.0f} | {longest:.0f} |"


def worse(row: str, page: str) -> list[str]:
    """Sentences about the figures of a row that are a fifth worse than those of the same row on the page."""
    name, *cells = [cell.strip() for cell in row.strip("| \n").split("|")]
    found = re.search(rf"^\| {re.escape(name)} \| (.*) \|$", page, re.MULTILINE)
    if found is None:
        return [f"{name}: not in {PAGE.name}"]
    known = [float(cell) for cell in found[1].split("|")]
    pairs = zip(known, map(float, cells), strict=True)
    return [f"{name}: {now:g}, was {before:g}" for before, now in pairs if now > round(WORSE * before, 6)]


def main() -> None:
    """Print the table, or check it."""
    page, problems = PAGE.read_text("utf-8"), list[str]()
    with mock_aws():
        for number, row in enumerate(rows(World(current_assembly()))):
            print(row, flush=True)
            problems += worse(row, page) if number > 1 else []
    if "--check" in sys.argv and problems:
        sys.exit("\n".join(["A fifth worse than docs/measures.md:", *problems]))


if __name__ == "__main__":
    main()
