"""What `wfm cost` counts with: `python -m bench.cost` prints the rows of `wfm/cost/counts.py`, measured anew.

The run is that of bench/run_costs.py, the idle day that of bench/idle.py. `--page` writes the tables
and pictures of docs/cost.md anew.
"""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

from bench import cost_page, idle
from bench.run_costs import RunCosts, one_run
from local.synthesis import current_assembly
from wfm.cost.counts import DELIVERY_OF_RUN, DeliveryCounts, IdleCounts, RunCounts, TickCounts

MINUTES: Final = (1, 60, 240)
LISTS: Final = "list_due_tenants"  # the tick's handler: counted apart


def run(minutes: int, *, watched: bool) -> RunCounts:
    """One run, by the real handlers."""
    return _counted(one_run(timedelta(minutes=minutes), known=True, watched=watched), minutes, watched=watched)


def delivery() -> DeliveryCounts:
    """What a run costs more whose result is delivered."""
    plain, delivered = (one_run(timedelta(hours=1), known=True, watched=True, delivered=on) for on in (False, True))
    before, after = (_counted(costs, 60, watched=True) for costs in (plain, delivered))
    more = {name: getattr(after, name) - getattr(before, name) for name in DELIVERY_OF_RUN}
    calls = delivered.delivery
    if calls is None:
        raise RuntimeError("nothing was delivered")
    of_calls = (calls.number("s3", reads=False), calls.number("s3", reads=True), calls.number("glue"))
    return DeliveryCounts(**more, s3_writes=of_calls[0], s3_reads=of_calls[1], glue=of_calls[2])


def _counted(costs: RunCosts, minutes: int, *, watched: bool) -> RunCounts:
    tally = costs.tally
    return RunCounts(
        minutes,
        watched,
        tally.invocations.total() - tally.invocations[LISTS],
        tally.invocations["track_tenant"],
        sum(units for name, units in tally.read_units.items() if name != LISTS),
        sum(tally.write_units.values()),
        costs.request_calls.get("put_events", 0),
        costs.request_calls.get("publish", 0),
        len([name for name, _ in tally.tables if name != LISTS]),
        tally.log_bytes.total() - tally.log_bytes[LISTS],
        costs.stored_bytes,
    )


def idle_day(assembly: Path, *, watched: bool) -> IdleCounts:
    """A day of a tenant without runs."""
    day = idle.measure(assembly, watched=watched)
    return IdleCounts(watched, day.polls, day.read_units, day.write_units, day.tables)


def tick(assembly: Path) -> TickCounts:
    """A tick: what it reads, and what it logs."""
    tally = one_run(timedelta(minutes=1), known=True).tally
    day = idle.measure(assembly, before=timedelta(hours=2), during=timedelta(hours=2))
    return TickCounts(day.tick_read_units, tally.log_bytes[LISTS] / tally.invocations[LISTS])


def main() -> None:
    """Print the rows, or write the page."""
    if "--page" in sys.argv:
        cost_page.write()
        return
    assembly = current_assembly()
    for watched in (True, False):
        for minutes in MINUTES:
            print(f"    {run(minutes, watched=watched)},")
    for watched in (True, False):
        print(f"    {idle_day(assembly, watched=watched)},")
    print(f"TICK: Final = {tick(assembly)}")
    print(f"DELIVERY: Final = {delivery()}")


if __name__ == "__main__":
    main()
