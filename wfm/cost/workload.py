"""How much a deployment has to do: tenants, runs a day of each, and how long AMC takes for one."""

from dataclasses import dataclass
from math import isfinite
from typing import Final

from wfm.errors import UsageError

HOURS_A_MONTH: Final = 730  # as AWS's calculators have it
MINUTES_A_MONTH: Final = HOURS_A_MONTH * 60
DAYS_A_MONTH: Final = HOURS_A_MONTH / 24
MAX_TENANTS: Final = 100_000
MAX_RUNS_A_DAY: Final = 10_000
MAX_MINUTES: Final = 1_440  # AMC ends a run after a day


@dataclass(frozen=True)
class Workload:
    """`runs_a_day` are those of each tenant: 0 where all are idle, 0.142857 for one a week.

    `delivered`: the deployment delivers results, and that of each run is.
    """

    tenants: int
    runs_a_day: float
    minutes: float
    watched: bool
    delivered: bool = False

    def __post_init__(self) -> None:
        problems = [
            problem
            for problem in (
                _outside("--tenants", self.tenants, 1, MAX_TENANTS, ""),
                _outside("--runs-per-day", self.runs_a_day, 0, MAX_RUNS_A_DAY, "runs of each tenant; 0 for idle ones"),
                _outside("--minutes", self.minutes, 0.1, MAX_MINUTES, "AMC ends a run after a day"),
            )
            if problem
        ]
        if problems:
            raise UsageError(" | ".join(problems))

    @property
    def runs(self) -> float:
        """Of all tenants in a month."""
        return self.tenants * self.runs_a_day * DAYS_A_MONTH


def _outside(option: str, value: float, least: float, most: float, note: str) -> str:
    if isfinite(value) and least <= value <= most:
        return ""
    return f"{option}: {value:g} is out of range; allowed: {least:g} to {most:,}{f' ({note})' if note else ''}"
