"""The counts that `wfm cost` takes are what the real handlers do now.

Where they changed, `python -m bench.cost` prints the rows for `wfm/cost/counts.py`, `--page` brings docs/cost.md along.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from bench import idle
from bench.cost import delivery, idle_day, run, tick
from wfm.cost.counts import DELIVERY, IDLE, RUNS, TICK, RunCounts


@pytest.mark.parametrize("known", RUNS, ids=[f"{each.minutes} min, watched {each.watched}" for each in RUNS])
def test_a_run_does_what_the_table_says(known: RunCounts) -> None:
    assert run(int(known.minutes), watched=known.watched) == known


def test_a_delivery_adds_what_the_table_says() -> None:
    assert delivery() == DELIVERY


def test_an_idle_day_is_what_the_table_says(local_assembly: Path) -> None:
    assert idle_day(local_assembly, watched=True) == IDLE[0]


def test_a_tick_is_what_the_table_says(local_assembly: Path) -> None:
    assert tick(local_assembly) == TICK


def test_an_idle_poll_costs_the_same_where_results_are_not_watched(local_assembly: Path) -> None:
    row, hour = IDLE[1], timedelta(hours=1)

    found = idle.measure(local_assembly, watched=False, before=hour, during=2 * hour)

    assert found.polls * 12 == row.polls
    assert found.read_units / found.polls == row.read_units // row.polls
    assert found.write_units / found.polls == row.write_units // row.polls
    assert found.tables == row.key_uses - 1  # the third is that of a check of drift, once a day
