"""What DynamoDB bills of a run and of a poll, as tests/reliability/test_costs.py measures it."""

from typing import Final

from bench.growth.figures import Figures

WRITES_OF_A_RUN: Final = 62  # units, without its polls and its account's row
WRITES_OF_A_POLL: Final = 3


def writes_a_second(found: Figures) -> float:
    """The mean of the day."""
    a_day = found["runs"] * (WRITES_OF_A_RUN + found["account_units_per_run"])
    return a_day / 86_400 + WRITES_OF_A_POLL * found["rates"]["polls"]["mean"]
