"""What DynamoDB bills of a day's runs, by the counts that `wfm cost` goes by."""

from typing import Final

from bench.growth.figures import Figures
from wfm.cost.counts import run_counts

MINUTES: Final = 82.0  # of a run, on average


def writes_a_second(found: Figures) -> float:
    """Write units, the mean of the day: of a run with its polls, and of its account's row."""
    return found["runs"] * (run_counts(MINUTES, watched=True).write_units + found["account_units_per_run"]) / 86_400
